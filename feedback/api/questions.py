from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.analytics.questions import Option, Question, read_questions
from feedback.api.metrics import ASKED, FigureOut, figure_as_json, read_filters
from surveys.api.permissions import HasScope


class OptionOut(serializers.Serializer):
    choice = serializers.CharField()
    said = serializers.CharField()
    respondents = serializers.IntegerField(allow_null=True)
    share = FigureOut(help_text="Of the people who answered the question, also where several choices were possible.")
    is_offered = serializers.BooleanField(help_text="By the newest version.")
    rows = serializers.CharField(help_text="The responses behind it.")


class QuestionOut(serializers.Serializer):
    question = serializers.CharField()
    kind = serializers.CharField()
    asked = serializers.CharField()
    n = serializers.IntegerField(allow_null=True, help_text="People who answered it; null where hidden.")
    wordings = serializers.IntegerField()
    rows = serializers.CharField()
    options = OptionOut(many=True)


class QuestionsOut(serializers.Serializer):
    survey = serializers.CharField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    questions = QuestionOut(many=True)


class QuestionsView(APIView):
    """How often each answer to the closed questions of one survey was given: the very numbers of the page."""

    read = ("metrics:read", "feedback.view_response")
    permission_classes = [HasScope]

    @extend_schema(
        parameters=[OpenApiParameter(name, str, required=name == "survey") for name in ASKED], responses=QuestionsOut
    )
    def get(self, request) -> Response:
        filters, _before = read_filters(request.query_params)
        if not filters.survey:
            raise serializers.ValidationError({"survey": ["Say which survey: a question belongs to one."]})
        return Response(
            {
                "survey": filters.survey,
                "first_on": filters.period.first_on,
                "last_on": filters.period.last_on,
                "questions": [_question(question) for question in read_questions(filters)],
            }
        )


def _question(question: Question) -> dict:
    return {
        "question": question.key,
        "kind": question.kind,
        "asked": question.text,
        "n": question.n,
        "wordings": question.wordings,
        "rows": f"/responses/?{question.rows}",
        "options": [_option(option) for option in question.options],
    }


def _option(option: Option) -> dict:
    return {
        "choice": option.key,
        "said": option.text,
        "respondents": option.chose,
        "share": figure_as_json(option.share),
        "is_offered": option.is_offered,
        "rows": f"/responses/?{option.rows}",
    }
