from django.db import transaction

from loop.models import Objective


def set_objective(**fields: object) -> Objective:
    return Objective.objects.create(**fields)


@transaction.atomic
def change_objective(objective_id: int, **fields: object) -> Objective:
    objective = Objective.objects.select_for_update(of=("self",), no_key=True).get(pk=objective_id)
    for name, value in fields.items():
        setattr(objective, name, value)
    objective.save(update_fields=[*fields, "updated_at"])
    return objective
