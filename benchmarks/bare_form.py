"""What the survey page is compared with: a Django form as its tutorial writes it, one INSERT per answer.

The middleware of `startproject`, a template, a CSRF cookie, a redirect after the POST. Started by survey_page.py, which
sets BARE_DATABASE to the JSON of the very DATABASES entry that our own server uses.
"""

import json
import os
import sys

import django
from django import forms
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your delivery</title></head><body>
<h1>How was your delivery?</h1>
<form method="post">{% csrf_token %}{{ form.as_div }}<button>Send</button></form></body></html>"""

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

settings.configure(
    SECRET_KEY="only-for-the-benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": json.loads(os.environ["BARE_DATABASE"])},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=MIDDLEWARE,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"page.html": PAGE})],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()


class BareAnswer(models.Model):
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"
        db_table = "benchmark_bare_answer"

    def __str__(self) -> str:
        return str(self.score)


class BareForm(forms.Form):
    score = forms.TypedChoiceField(
        label="How likely are you to recommend us?",
        choices=[(number, str(number)) for number in range(11)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="What is the main reason?", required=False, widget=forms.Textarea)


def page(request):
    form = BareForm(request.POST or None)
    if form.is_valid():
        BareAnswer.objects.create(**form.cleaned_data)
        return HttpResponseRedirect("/thanks/")
    return render(request, "page.html", {"form": form})


@csrf_exempt
def insert(request):
    """The least a program can ask of a Django view: one JSON body, one INSERT."""
    answers = json.loads(request.body)["answers"]
    row = BareAnswer.objects.create(score=answers["nps"], comment=answers["why"])
    return JsonResponse({"id": row.pk}, status=201)


urlpatterns = [path("", page), path("insert/", insert)]
application = get_wsgi_application()


def make_table() -> None:
    drop_table()
    with connection.schema_editor() as editor:
        editor.create_model(BareAnswer)


def drop_table() -> None:
    if BareAnswer._meta.db_table in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.delete_model(BareAnswer)


if __name__ == "__main__":
    {"make": make_table, "drop": drop_table}[sys.argv[1]]()
