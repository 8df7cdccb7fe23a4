"""What the demo programme consists of, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlaceToAsk:
    slug: str
    stage: str
    name: str
    channel: str
    team: str
    survey: str
    delay_minutes: int
    sampling_percent: int = 100
    is_moment_of_truth: bool = False
    functional_need: str = ""
    emotional_need: str = ""


TEAMS = {"advice": "Advice line", "field": "Ambulance and transport", "home": "Care at home", "accounts": "Accounts"}
THEME_OWNERS = {"on-hold": "advice", "patient-transport": "field", "continuity": "home", "medication": "home"}

CARE = (
    PlaceToAsk(
        "advice-line", "Getting help", "Call to the advice line", "phone", "advice", "advice-line", 60,
        functional_need="Know what to do next", emotional_need="Be taken seriously",
    ),
    PlaceToAsk(
        "ambulance", "At the scene", "Ambulance visit", "person", "field", "care-visit", 24 * 60,
        is_moment_of_truth=True, functional_need="Help that arrives in time", emotional_need="Feel safe",
    ),
    PlaceToAsk(
        "transport", "On the way", "Patient transport", "person", "field", "care-visit", 120, sampling_percent=80,
        functional_need="Arrive on time, and get home", emotional_need="Not be forgotten",
    ),
    PlaceToAsk(
        "home-visit", "Care", "Nurse visit at home", "person", "home", "care-visit", 180,
        functional_need="Treatment without a journey", emotional_need="Be listened to",
    ),
    PlaceToAsk(
        "talking-therapy", "Getting better", "Talking therapy", "person", "home", "care-visit", 180,
        functional_need="Tools for everyday life", emotional_need="Hope",
    ),
)  # fmt: skip

SOFTWARE = (
    PlaceToAsk(
        "renewal", "Renewal", "Yearly renewal", "web", "accounts", "renewal", 0,
        functional_need="Keep working without a break", emotional_need="Know that it was the right choice",
    ),
)  # fmt: skip

JOURNEYS = (("urgent-care", "Urgent care", CARE), ("software", "Software for public buyers", SOFTWARE))

SURVEYS = (
    {
        "slug": "care-visit",
        "name": "After care",
        "title": "How was your care?",
        "introduction": "Two questions, less than a minute. Your answer goes to the team that looked after you.",
        "questions": (
            ("satisfaction", "csat", "Overall, how was your experience of our service?", "Very poor", "Very good"),
            ("why", "text", "Please tell us why you gave your answer.", "", ""),
        ),
    },
    {
        "slug": "advice-line",
        "name": "After a call (effort scores are simulated)",
        "title": "Your call to the advice line",
        "introduction": "Three questions, less than a minute.",
        "questions": (
            ("satisfaction", "csat", "Overall, how was your experience of our service?", "Very poor", "Very good"),
            ("why", "text", "Please tell us why you gave your answer.", "", ""),
            ("ease", "ces", "The advice line made it easy for me to get help.", "Strongly disagree", "Strongly agree"),
        ),
    },
    {
        "slug": "renewal",
        "name": "Renewal (NPS, Portuguese)",
        "title": "Sua opinião sobre o nosso sistema",
        "locale": "pt-br",
        "introduction": "Duas perguntas, menos de um minuto.",
        "privacy_notice": "Usamos suas respostas para melhorar o nosso serviço. A participação é voluntária.",
        "thanks_title": "Obrigado",
        "thanks_text": "Lemos todas as respostas.",
        "questions": (
            (
                "nps",
                "nps",
                "Qual é a probabilidade de você nos recomendar a um amigo ou colega?",
                "Nada provável",
                "Extremamente provável",
            ),
            ("why", "text", "Qual é o principal motivo da sua nota?", "", ""),
        ),
    },
)

PEOPLE = (
    # user name, role, teams
    ("admin", "admin", ()),
    ("designer", "designer", ()),
    ("analyst", "analyst", ()),
    ("manager", "manager", ()),
    ("agent", "agent", ("advice", "field")),
    ("colleague", "agent", ("home", "accounts")),
)

MEANINGS = (
    # touchpoint, what its events mean, the property with the value
    ("advice-line", "contact_resolved", "first_contact"),
    ("advice-line", "first_response", "seconds_waited"),
    ("advice-line", "contact_answered", "seconds_in_line"),
    ("advice-line", "contact_handled", "seconds_handled"),
    ("renewal", "purchase", "amount"),
)

CAUSES = {  # touchpoint -> words in the comment -> upper cause, lower cause
    "transport": (("wait", "late", "hour", "time"), "Waiting", "Queue"),
    "advice-line": (("phone", "call", "answer", "wait"), "Waiting", "Could not reach us"),
    "ambulance": (("hour", "wait", "long"), "Waiting", "Slow answer"),
}
OTHERWISE = ("Staff", "Did not know")

PLAYBOOK = {
    "name": "Call or letter",
    "purpose": "Learn whether a call or a letter solves more. Both are good service; nobody is left without an answer.",
    "usual_percent": 25,
    "difference_points": 30,
    "steps": ("Read the whole story before you answer.", "Say who will do what, and until when."),
    "arms": (  # name, kind, what to do, compared with, owed
        ("Call back", "call", "Ring within the day, listen first, then say what happens next.", True, False),
        ("Letter", "mail", "Write what went wrong and what we changed. No excuses.", False, False),
        ("Safety alert", "remedy", "Tell the clinical lead at once, and say so to the customer.", False, True),
    ),
}
GOODWILL = {"agent": 20, "manager": 100}

SEGMENTS = {
    # name: description, needs, and conditions as (subject, field, condition, value, within days)
    "Regulars": {
        "description": "Came at least three times in the last 90 days.",
        "conditions": [("events", "", "at_least", "3", 90)],
    },
    "Business customers": {
        "description": "Renew a contract rather than call or visit.",
        "is_persona": True,
        "functional_needs": "One contact who knows the contract, and an invoice that is right.",
        "emotional_needs": "That somebody is in charge.",
        "conditions": [("customer", "locale", "is", "pt-br", None)],
    },
    "Unhappy last time": {
        "description": "Gave a low last score, whatever it was asked with.",
        "conditions": [("measured", "last_score", "at_most", "40", None)],
    },
}
