from django.urls import path

from loop.views import bulk, cases, customers, effect, inbox, playbooks

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
    path("effect/", effect.effect, name="effect"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", customers.customer_page, name="customer"),
]
