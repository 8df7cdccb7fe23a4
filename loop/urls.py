from django.urls import path

from loop.views import bulk, cases, customers, effect, inbox, initiatives, playbooks, risk

app_name = "loop"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/counts/", inbox.inbox_counts, name="inbox_counts"),
    path("inbox/bulk/", bulk.inbox_bulk, name="inbox_bulk"),
    path("inbox/undo/", bulk.inbox_undo, name="inbox_undo"),
    path("cases/<slug:code>/", cases.case_page, name="case"),
    path("cases/<slug:code>/seen/", cases.case_seen, name="seen"),
    path("cases/<slug:code>/<slug:key>/", cases.case_act, name="act"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<int:pk>/", playbooks.playbook_page, name="playbook"),
    path("playbooks/<int:pk>/start/", playbooks.playbook_start, name="playbook_start"),
    path("playbooks/<int:pk>/stop/", playbooks.playbook_stop, name="playbook_stop"),
    path("playbooks/<int:pk>/copy/", playbooks.playbook_copy, name="playbook_copy"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/matrix/", initiatives.matrix, name="initiative_matrix"),
    path("initiatives/new/", initiatives.initiative_new, name="initiative_new"),
    path("initiatives/<int:pk>/", initiatives.initiative_page, name="initiative"),
    path("initiatives/<int:pk>/change/", initiatives.initiative_change, name="initiative_change"),
    path("initiatives/<int:pk>/register/", initiatives.initiative_register, name="initiative_register"),
    path("initiatives/<int:pk>/drop/", initiatives.initiative_drop, name="initiative_drop"),
    path("loops/", initiatives.loops, name="loops"),
    path("loops/new/", initiatives.loop_new, name="loop_new"),
    path("loops/<int:pk>/change/", initiatives.loop_change, name="loop_change"),
    path("effect/", effect.effect, name="effect"),
    path("effect/causes/", effect.causes, name="effect_causes"),
    path("effect/fairness/", effect.fairness, name="effect_fairness"),
    path("effect/staffing/", effect.staffing, name="effect_staffing"),
    path("customers/", customers.customers, name="customers"),
    path("customers/at-risk/", risk.at_risk, name="at_risk"),
    path("customers/first-100-days/", risk.first_hundred_days, name="first_days"),
    path("customers/<int:pk>/", customers.customer_page, name="customer"),
]
