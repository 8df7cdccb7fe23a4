"""What a database has after the migrations, beside what the models promise. All other tests make tables from models."""

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = [pytest.mark.faults, pytest.mark.long]
OURS = ("surveys", "feedback", "loop", "vocplatform")


def promised(model: type[models.Model]) -> set[str]:
    """The names that the models give. Indexes for text are nothing on SQLite, or triggers that feed a table."""
    plain = [index for index in model._meta.indexes if connection.vendor != "sqlite" or type(index) is models.Index]
    return {each.name for each in (*plain, *model._meta.constraints)}


def test_every_named_constraint_and_index_is_there_after_the_migrations(make_platform):
    make_platform()
    missing = []
    with connection.cursor() as cursor:
        for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
            missing += sorted(promised(model) - set(found))
    assert missing == []
