"""Surveys to begin with. The scale questions are the published wordings: scores compare only while they stay.

NPS: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
CES 2.0: M. Dixon and others, "The Effortless Experience", 2013.
"""

from django.utils.translation import gettext_lazy as _

from surveys.library.shapes import QuestionPlan, SurveyPlan

NPS = QuestionPlan(
    "nps", "nps", _("How likely is it that you would recommend us to a friend or colleague?"), is_required=True
)
NPS_WHY = QuestionPlan("why", "text", _("What is the most important reason for your score?"))
CES = QuestionPlan("ces", "ces", _("The company made it easy for me to handle my issue."), is_required=True)
SOLVED = QuestionPlan("solved", "yes_no", _("Has your issue been solved?"))
MORE = QuestionPlan("comment", "text", _("What should we know about it?"))
THANKS = _("Thank you")
READ = _("We read every answer. Where something went wrong we will get in touch.")


ELSE = ("other", _("Something else"))


def agreed(key: str, text) -> QuestionPlan:
    """One statement that is agreed with on five points."""
    return QuestionPlan(key, "rating", text, low_label=_("strongly disagree"), high_label=_("strongly agree"))


def csat(text) -> QuestionPlan:
    return QuestionPlan("csat", "csat", text, is_required=True)


def better(text, *, at_most: str = "3") -> QuestionPlan:
    """Only asked where there is something to mend."""
    return QuestionPlan("better", "text", text, show_if=("csat", "at_most", at_most))


SURVEYS = (
    SurveyPlan(
        "nps",
        _("Recommendation (NPS)"),
        _(
            "For the whole relationship, a few times a year. Keep the wording of the score: only then does it compare. "
            "The reason comes right after the score, while it is fresh."
        ),
        _("Would you recommend us?"),
        _("Two questions, less than a minute."),
        THANKS,
        READ,
        (NPS, NPS_WHY),
    ),
    SurveyPlan(
        "csat",
        _("Satisfaction with one moment (CSAT)"),
        _("Right after one interaction. Name the interaction in the question: people cannot rate everything at once."),
        _("How was it?"),
        _("Two questions, less than a minute."),
        THANKS,
        READ,
        (
            csat(_("How satisfied are you with {{touchpoint.name|your last contact with us}}?")),
            QuestionPlan("why", "text", _("What is the main reason for your answer?")),
        ),
    ),
    SurveyPlan(
        "ces",
        _("Ease (CES 2.0)"),
        _(
            "After somebody had to get something done. Seven points from strongly disagree to strongly agree; "
            "high is good."
        ),
        _("Was it easy?"),
        _("Two questions, less than a minute."),
        THANKS,
        READ,
        (CES, QuestionPlan("harder", "text", _("What made it harder than it should be?"))),
    ),
    SurveyPlan(
        "support",
        _("After a support contact"),
        _("Send it within a day of the solved ticket. “Solved” and “easy” are different things, so both are asked."),
        _("Your contact with our support"),
        _("Four short questions."),
        THANKS,
        READ,
        (
            csat(_("How satisfied are you with the help you received?")),
            better(_("What should have gone better?")),
            QuestionPlan("first_contact", "yes_no", _("Was your issue solved at the first contact?"), page=2),
            QuestionPlan("ces", "ces", CES.text, page=2),
        ),
    ),
    SurveyPlan(
        "delivery",
        _("After a delivery"),
        _("A day or two after arrival, when the parcel has been opened."),
        _("Your delivery"),
        _("Three short questions."),
        THANKS,
        READ,
        (
            csat(_("How satisfied are you with the delivery of your order?")),
            QuestionPlan(
                "issues",
                "multiple",
                _("What went wrong?"),
                choices=(
                    ("late", _("It came late")),
                    ("damaged", _("Something was damaged")),
                    ("incomplete", _("Something was missing")),
                    ("wrong", _("It was not what I ordered")),
                    ("carrier", _("The people who brought it")),
                    ELSE,
                ),
                show_if=("csat", "at_most", "3"),
            ),
            MORE,
        ),
    ),
    SurveyPlan(
        "purchase",
        _("After a purchase"),
        _(
            "Soon after the checkout for the ease, or some weeks later for the content. Whether customers mean to buy "
            "again can be held against whether they do, once later purchases come in as events."
        ),
        _("Your purchase"),
        _("Four short questions."),
        THANKS,
        READ,
        (
            QuestionPlan("buying", "ces", _("The company made it easy for me to buy."), is_required=True),
            QuestionPlan(
                "harder", "text", _("What made it harder than it should be?"), show_if=("buying", "at_most", "4")
            ),
            QuestionPlan("csat", "csat", _("How satisfied are you with what you bought?"), page=2),
            QuestionPlan(
                "again",
                "single",
                _("Would you buy from us again?"),
                choices=(
                    ("yes", _("Certainly")),
                    ("probably", _("Probably")),
                    ("hardly", _("Probably not")),
                    ("no", _("Certainly not")),
                    ("undecided", _("I do not know yet")),
                ),
                page=2,
            ),
        ),
    ),
    SurveyPlan(
        "discovery",
        _("How customers found us"),
        _(
            "Once, soon after the first purchase. Who came on the word of others was earned, who came by an "
            "advertisement was bought: keep the two apart when you count growth."
        ),
        _("How you found us"),
        _("Two short questions."),
        THANKS,
        READ,
        (
            QuestionPlan(
                "heard",
                "single",
                _("How did you first hear about us?"),
                choices=(
                    ("others", _("From friends, family or colleagues")),
                    ("press", _("From an article, a test or a review")),
                    ("search", _("By a search on the web")),
                    ("advertisement", _("By an advertisement")),
                    ("social", _("On social media")),
                    ("passing", _("In passing, at a shop or branch")),
                    ELSE,
                ),
            ),
            QuestionPlan(
                "chose",
                "single",
                _("What mattered most when you chose us?"),
                choices=(
                    ("offer", _("What is on offer")),
                    ("price", _("The price")),
                    ("advice", _("The advice I got")),
                    ("word", _("What others said")),
                    ("near", _("That it was near or soon there")),
                    ELSE,
                ),
            ),
        ),
    ),
    SurveyPlan(
        "not-bought",
        _("Why somebody did not buy"),
        _("Behind a link or a code where people leave without buying: an abandoned basket, the way out of a shop."),
        _("Did you find what you came for?"),
        _("Two short questions."),
        THANKS,
        _("We read every answer."),
        (
            QuestionPlan("found", "yes_no", _("Did you find what you came for?")),
            QuestionPlan(
                "kept",
                "multiple",
                _("What kept you from buying today?"),
                choices=(
                    ("comparing", _("I am still comparing")),
                    ("price", _("The price")),
                    ("stock", _("It was not in stock")),
                    ("information", _("Information was missing")),
                    ("payment", _("I could not pay the way I wanted")),
                    ("broken", _("Something did not work")),
                    ELSE,
                ),
            ),
            MORE,
        ),
    ),
    SurveyPlan(
        "needs",
        _("Whether a step gives what it should"),
        _(
            "After one touchpoint that promises something: the journey map then shows beside its needs how many say "
            "that they were met. Keep the keys of the questions, for they say where the answers count."
        ),
        _("How was it for you?"),
        _("Four short questions."),
        THANKS,
        READ,
        (
            csat(_("How satisfied are you with {{touchpoint.name|your last contact with us}}?")),
            QuestionPlan("need_met", "yes_no", _("Did you get what you came for?")),
            QuestionPlan("felt_right", "yes_no", _("Did you feel in good hands?")),
            QuestionPlan(
                "emotion",
                "single",
                _("Which word comes closest to what you felt?"),
                choices=(
                    ("relief", _("Relief")),
                    ("joy", _("Joy")),
                    ("trust", _("Trust")),
                    ("indifference", _("Indifference")),
                    ("confusion", _("Confusion")),
                    ("frustration", _("Frustration")),
                    ("anger", _("Anger")),
                ),
                page=2,
            ),
            MORE,
        ),
    ),
    SurveyPlan(
        "journey",
        _("A whole journey"),
        _(
            "When several touchpoints lie behind a customer. Connected, personal, the same everywhere, easy: the four "
            "statements say where a journey breaks; the last questions say against what it was measured."
        ),
        _("Your way with us"),
        _("Six short questions."),
        THANKS,
        READ,
        (
            agreed("connected", _("One step led to the next.")),
            agreed("personal", _("I was treated as myself, not as one of many.")),
            agreed("consistent", _("I was told the same everywhere.")),
            agreed("easy", _("It was easy to find my way.")),
            QuestionPlan(
                "expected",
                "single",
                _("Compared with what you expected, how was it?"),
                choices=(
                    ("worse", _("Worse than expected")),
                    ("as-expected", _("As expected")),
                    ("better", _("Better than expected")),
                ),
                page=2,
            ),
            QuestionPlan("repeated", "yes_no", _("Did you have to say anything twice?"), page=2),
        ),
    ),
    SurveyPlan(
        "onboarding",
        _("First steps (onboarding)"),
        _("A week after the start: most people who leave do so in the first hundred days."),
        _("Your first days with us"),
        _("Four short questions."),
        THANKS,
        READ,
        (
            QuestionPlan("start", "ces", _("The company made it easy for me to get started."), is_required=True),
            QuestionPlan(
                "reached",
                "single",
                _("Where are you now?"),
                choices=(
                    ("using", _("I use it and it does what I need")),
                    ("trying", _("I am still trying things out")),
                    ("stuck", _("I am stuck")),
                    ("not_started", _("I have not started yet")),
                ),
            ),
            QuestionPlan("stuck", "text", _("Where are you stuck?"), show_if=("reached", "is", "stuck")),
            QuestionPlan("missing", "text", _("What would have helped you?"), page=2),
        ),
    ),
    SurveyPlan(
        "renewal",
        _("Before a renewal"),
        _(
            "Some weeks before the contract ends, while there is time to act on the answer. No offers in it: "
            "that would be advertising."
        ),
        _("Before your contract continues"),
        _("Three short questions."),
        THANKS,
        READ,
        (
            NPS,
            NPS_WHY,
            QuestionPlan(
                "intent",
                "single",
                _("What do you intend to do when your contract ends?"),
                choices=(
                    ("stay", _("Stay as it is")),
                    ("more", _("Take more")),
                    ("less", _("Take less")),
                    ("leave", _("Leave")),
                    ("undecided", _("I do not know yet")),
                ),
                page=2,
            ),
        ),
    ),
    SurveyPlan(
        "recovery",
        _("After a case: did we solve it?"),
        _("Sent when a case is closed. “No” opens the case again, so the first question stays as it is."),
        _("Did we solve it?"),
        _("You told us that something went wrong. Two short questions about what we did."),
        THANKS,
        _("If it is not solved, we take it up again."),
        (
            QuestionPlan("solved", "yes_no", SOLVED.text, is_required=True),
            QuestionPlan("open", "text", _("What is still open?"), show_if=("solved", "is", "no")),
            QuestionPlan("csat", "csat", _("How satisfied are you with the way we dealt with it?")),
        ),
        purpose="recovery",
    ),
)
