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

FOLLOW_UP = PlaceToAsk(  # nobody is asked here: its events only show who comes back
    "follow-up", "Afterwards", "Follow-up appointment", "person", "home", "", 0,
    functional_need="Be seen again on the day",
)  # fmt: skip

SOFTWARE = (
    PlaceToAsk(
        "renewal", "Renewal", "Yearly renewal", "web", "accounts", "renewal", 0,
        functional_need="Keep working without a break", emotional_need="Know that it was the right choice",
    ),
)  # fmt: skip

JOURNEYS = (("urgent-care", "Urgent care", (*CARE, FOLLOW_UP)), ("software", "Software for public buyers", SOFTWARE))

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
        "name": "After a call (effort and need met are simulated)",
        "title": "Your call to the advice line",
        "introduction": "Four questions, less than a minute.",
        "questions": (
            ("satisfaction", "csat", "Overall, how was your experience of our service?", "Very poor", "Very good"),
            ("why", "text", "Please tell us why you gave your answer.", "", ""),
            ("ease", "ces", "The advice line made it easy for me to get help.", "Strongly disagree", "Strongly agree"),
            ("need_met", "yes_no", "Did you know what to do after the call?", "", ""),
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

ENDINGS = (  # outcome, in words; drawn at equal odds
    ("Put right", "Booked what had been missing, and the patient has it."),
    ("Put right", "Took it up with the crew and rang back with the answer."),
    ("Put right", "Sent somebody the same afternoon."),
    ("Put right in part", "The visit is booked; the waiting before it cannot be given back."),
    ("Made good in another way", "Offered a direct number for the next months."),
    ("Explained and accepted", "Explained why it took so long; the patient understood."),
    ("Explained and accepted", "Went through the advice once more, step by step."),
    ("Will be put right later", "The team lead changes the rota next month."),
    ("Could not be put right", "Nothing can be done about the closed site."),
)

CALL_OR_LETTER = {
    "name": "Call or letter",
    "touchpoints": ("advice-line", "ambulance", "transport", "home-visit"),
    "outcome_days": 21,
    "purpose": "Learn whether a call or a letter solves more. Both are good service; nobody is left without an answer.",
    "usual_percent": 25,
    "difference_points": 40,
    "steps": ("Read the whole story before you answer.", "Say who will do what, and until when."),
    "arms": (  # name, kind, what to do, compared with, owed
        ("Letter", "mail", "Write what went wrong and what we changed. No excuses.", True, False),
        ("Call back", "call", "Ring within the day, listen first, then say what happens next.", False, False),
        ("Safety alert", "remedy", "Tell the clinical lead at once, and say so to the customer.", False, True),
    ),
}
TALK_OR_CHANGE = {
    "name": "Talk or another therapist",
    "purpose": "Learn what keeps more people in treatment. Nobody waits longer for either, and both may be asked for.",
    "touchpoints": ("talking-therapy",),
    "outcome_days": 30,
    "usual_percent": 25,
    "difference_points": 40,
    "steps": ("Read what was said after earlier sessions.",),
    "arms": (
        ("Talk it through", "call", "The therapist's lead rings, listens, and agrees on what changes.", True, False),
        ("Another therapist", "remedy", "Offer a first session with somebody else within a week.", False, False),
        ("Risk of harm", "meeting", "Ring the duty clinician now. This is never an experiment.", False, True),
    ),
}
PLAYBOOKS = (TALK_OR_CHANGE, CALL_OR_LETTER)
# What the demo lets be true: share that tells us how it went, and share of them for whom it is solved.
TOLD_AND_SOLVED = {"call": (0.8, 0.92), "mail": (0.35, 0.6)}
OTHERWISE_TOLD = (0.5, 0.8)

# One change that went live in these months, and how much of what its touchpoint got came before that day.
LIVE_DAYS_AGO, REGISTERED_DAYS_BEFORE = 42, 10
SHARE_BEFORE_OF_LOW, SHARE_BEFORE_OF_OTHERS = 0.92, 0.45
# So much likelier comments of these touchpoints are taken, so that the weeks there have answers enough to be compared.
LIKELIHOOD = {"advice-line": 14, "home-visit": 12, "talking-therapy": 2}
RING_BACK = {
    "name": "Ring back instead of holding",
    "problem": "Callers hold the line for half an hour, and some give up.",
    "change": "From ten minutes of waiting on, callers may leave their number and are rung back in turn.",
    "kind": "technology",
    "touchpoint": "advice-line",
    "controls": ("home-visit", "talking-therapy"),
    "theme": "on-hold",
    "cause": ("Waiting", "Could not reach us"),
    "metric": "csat",
    "expected_change": 15.0,
    "worth_finding": 10.0,
    "impact": 5,
    "effort": 2,
}
LESSON = (
    "Ringing back did more than we expected. Say the time when you will call: callers who heard none rang again. "
    "Next time ask the night shift before the plan is frozen; they had no second line."
)
NEWS = {
    "subject": "You waited too long on the phone. We ring you back now.",
    "body": "You told us about half an hour on hold. From ten minutes on you may leave your number, and we ring back.",
}
LATE_TRANSPORT = {
    "name": "Tell who waits when transport is late",
    "problem": "People sit ready for hours and do not know whether the car comes.",
    "change": "A text message when the car is more than twenty minutes late.",
    "kind": "process",
    "touchpoint": "transport",
    "controls": ("home-visit", "talking-therapy"),
    "expected_change": 6.0,
    "worth_finding": 4.0,
    "impact": 4,
    "effort": 2,
}
DRAFTS = (
    {
        "name": "Same nurse for every visit",
        "problem": "Patients tell their story anew at every visit.",
        "kind": "process",
        "touchpoint": "home-visit",
        "impact": 5,
        "effort": 5,
    },
    {
        "name": "Training: first words on the phone",
        "problem": "Callers feel put off before they have said why they call.",
        "kind": "training",
        "touchpoint": "advice-line",
        "impact": 3,
        "effort": 2,
    },
    {
        "name": "Shorter invoices",
        "problem": "Nobody understands the invoice of the renewal.",
        "kind": "words",
        "touchpoint": "renewal",
        "metric": "nps",
        "impact": 2,
        "effort": 1,
    },
)
WHY_DROPPED = "The accounts team rebuilds the invoice anyway."
LESSON_OF_DROPPED = "Ask first who is working on it already."
OBJECTIVE = {"name": "Patients who come back", "metric": "retention", "baseline": 80, "target": 83}
STEPS_DONE = (("stakeholders", 100, "Board, three teams and the patients' council"), ("vision", 80, "One page, signed"))

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
