"""Questions that come up on the very page that decides about them: by style rules, so that no script is needed.

Browsers without :has() show such questions at once; the answer is then set aside if its condition does not hold.
"""

from surveys.definition.flow import holds, values_of
from surveys.definition.kinds import Shape
from surveys.definition.schema import DefinedQuestion
from surveys.forms.asked import PREFIX, AskedPage


def reveal_rules(page: AskedPage) -> str:
    """Style rules for one page; empty where nothing on it depends on it."""
    here = {asked.key: asked.question for asked in page.questions}
    tests = {key: _chain(question, here) for key, question in here.items()}
    rules = [
        f'.q[data-key="{key}"]{{display:none}}form{test} .q[data-key="{key}"]{{display:block}}'
        for key, test in tests.items()
        if test
    ]
    return f"@supports selector(:has(*)){{{''.join(rules)}}}" if rules else ""


def _chain(question: DefinedQuestion, here: dict[str, DefinedQuestion]) -> str:
    """Everything that must be so on this page, as one selector; empty where style rules cannot tell."""
    if question.show_if is None or question.show_if.question not in here:
        return ""
    parent = here[question.show_if.question]
    test = _test(question, parent)
    above = _chain(parent, here)
    if parent.show_if and parent.show_if.question in here:
        # A hidden parent has no answer, whatever is still ticked in it: "not answered" would need an "or" here.
        return above + test if above and question.show_if.operator != "not_answered" else ""
    return test


def _test(question: DefinedQuestion, parent: DefinedQuestion) -> str:
    condition = question.show_if
    answered = _answered(parent)
    if condition.operator == "answered":
        return f":has({answered})"
    if condition.operator == "not_answered":
        return f":not(:has({answered}))"
    if parent.nature.shape is Shape.WORDS:
        return ""
    if condition.operator == "is_not":
        return f":has({answered}):not(:has({_ticked(parent, [condition.value])}))"
    points = [value[0] if isinstance(value, tuple) else value for value in values_of(parent) if holds(condition, value)]
    return f":has({_ticked(parent, points)})"


def _answered(parent: DefinedQuestion) -> str:
    if parent.nature.shape is Shape.WORDS:
        return f"#q-{parent.key}:not(:placeholder-shown)"
    return f'[name="{PREFIX}{parent.key}"]:checked'


def _ticked(parent: DefinedQuestion, values: list) -> str:
    each = ",".join(f'[value="{value}"]' for value in values)
    return f'[name="{PREFIX}{parent.key}"]:is({each}):checked'
