"""The star schema that BI tools read: views over our own tables, without names, addresses or words.

They stand outside the migrations, because a view forbids changing the tables below it: every `migrate` that has
something to do takes them down first, and every `migrate` puts them up again. PostgreSQL keeps them in a schema of
their own, so that a reader's rights can be given once and for ever; SQLite knows no schemas. docs/bi.md describes each
column.
"""

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

SCHEMA = "bi"


@dataclass(frozen=True, slots=True)
class View:
    name: str
    sql: str


VIEWS = (
    View(
        "dim_touchpoint",
        """
        SELECT t.id AS touchpoint_id, t.slug AS touchpoint, t.name AS touchpoint_name, t.channel AS place,
               t.position AS position, t.is_moment_of_truth AS is_moment_of_truth, t.weight AS weight,
               t.coverage AS coverage, s.slug AS stage, s.name AS stage_name, s.position AS stage_position,
               j.slug AS journey, j.name AS journey_name, j.state AS journey_state, o.name AS owner_team
        FROM surveys_touchpoint t
        JOIN surveys_stage s ON s.id = t.stage_id
        JOIN surveys_journey j ON j.id = s.journey_id
        LEFT JOIN surveys_team o ON o.id = t.owner_team_id
        """,
    ),
    View(
        "dim_survey_version",
        """
        SELECT v.id AS version_id, v.number AS version, v.published_at AS published_at, s.id AS survey_id,
               s.slug AS survey, s.name AS survey_name, s.purpose AS purpose, {anonymous} AS is_anonymous
        FROM surveys_surveyversion v
        JOIN surveys_survey s ON s.id = v.survey_id
        """,
    ),
    View(
        "dim_question",
        """
        SELECT DISTINCT u.version_id AS version_id, u.question_key AS question, u.kind AS kind, u.is_lead AS is_lead,
               u.is_opening AS is_opening
        FROM feedback_rollup u
        WHERE u.question_key <> ''
        """,
    ),
    View(
        "dim_customer",
        """
        SELECT c.id AS customer_id, c.locale AS language, c.annual_value AS annual_value,
               c.is_holdout AS is_never_asked, c.created_at AS known_since_at
        FROM surveys_customer c
        WHERE c.erased_at IS NULL
        """,
    ),
    View(
        "fact_response",
        """
        SELECT r.id AS response_id, r.survey_id AS survey_id, r.version_id AS version_id,
               r.touchpoint_id AS touchpoint_id, r.customer_id AS customer_id, r.channel AS channel,
               r.locale AS language, r.source_type AS came_by, r.started_at AS started_at,
               r.submitted_at AS submitted_at, r.seconds_taken AS seconds_taken,
               CASE WHEN r.is_test THEN 'test' WHEN s.purpose = 'research' THEN 'research'
                    WHEN s.purpose = 'recovery' THEN 'recovery' WHEN r.is_flagged THEN 'flagged'
                    WHEN r.source_type = 'interview' THEN 'interview' ELSE 'counted' END AS standing
        FROM feedback_response r
        JOIN surveys_survey s ON s.id = r.survey_id
        JOIN surveys_surveyversion v ON v.id = r.version_id
        WHERE NOT {anonymous}
        """,
    ),
    View(
        "fact_answer",
        """
        SELECT a.id AS answer_id, a.response_id AS response_id, a.question_key AS question, a.kind AS kind,
               a.number AS number, a.choices AS choices, CASE WHEN a.text <> '' THEN 1 ELSE 0 END AS has_words
        FROM feedback_answer a
        JOIN feedback_response r ON r.id = a.response_id
        JOIN surveys_surveyversion v ON v.id = r.version_id
        WHERE NOT {anonymous}
        """,
    ),
    View(
        "fact_reading",
        """
        SELECT g.answer_id AS answer_id, a.response_id AS response_id, g.engine AS engine,
               g.engine_version AS engine_version, g.status AS status, g.language AS language, g.compound AS compound,
               COALESCE((SELECT k.label FROM feedback_correction k WHERE k.answer_id = g.answer_id
                         AND k.lapsed_at IS NULL ORDER BY k.corrected_at DESC, k.id DESC LIMIT 1), g.label) AS label,
               g.intent AS intent, g.scored_at AS read_at
        FROM feedback_reading g
        JOIN feedback_answer a ON a.id = g.answer_id
        JOIN feedback_response r ON r.id = a.response_id
        JOIN surveys_surveyversion v ON v.id = r.version_id
        WHERE g.is_current AND NOT {anonymous}
        """,
    ),
    View(
        "fact_invitation",
        """
        SELECT i.id AS invitation_id, i.version_id AS version_id, i.touchpoint_id AS touchpoint_id,
               i.customer_id AS customer_id, i.channel AS channel, i.status AS status, i.is_test AS is_test,
               i.created_at AS issued_at, i.expires_at AS expires_at
        FROM surveys_invitation i
        JOIN surveys_surveyversion v ON v.id = i.version_id
        WHERE NOT {anonymous}
        """,
    ),
)
ANONYMOUS = {
    "postgresql": "COALESCE((v.definition ->> 'is_anonymous')::boolean, FALSE)",
    "sqlite": "COALESCE(json_extract(v.definition, '$.is_anonymous'), 0)",
}


def name_of(view: View, connection: BaseDatabaseWrapper) -> str:
    return f"{SCHEMA}.{view.name}" if connection.vendor == "postgresql" else f"{SCHEMA}_{view.name}"


def take_down(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for view in reversed(VIEWS):
            cursor.execute(f"DROP VIEW IF EXISTS {name_of(view, connection)}")


def put_up(connection: BaseDatabaseWrapper) -> None:
    creating = "CREATE OR REPLACE VIEW" if connection.vendor == "postgresql" else "CREATE VIEW IF NOT EXISTS"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        for view in VIEWS:
            query = view.sql.format(anonymous=ANONYMOUS[connection.vendor])
            cursor.execute(f"{creating} {name_of(view, connection)} AS {query}")


def before_migrations(*, plan: list, using: str = DEFAULT_DB_ALIAS, **_rest: object) -> None:
    connection = connections[using]
    if plan and (connection.vendor == "sqlite" or _has_schema(connection)):
        take_down(connection)


def after_migrations(*, using: str = DEFAULT_DB_ALIAS, **_rest: object) -> None:
    """Only where the tables have come as far as this code: a migration to an earlier state has no use for them."""
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        put_up(connections[using])


def _has_schema(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", [SCHEMA])
        return cursor.fetchone() is not None
