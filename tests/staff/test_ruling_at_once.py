"""Two windows issue a ruling on one case at the same moment: one is issued, the other is told of it."""

import threading

from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client
from django.urls import reverse

from adjudication import clock
from adjudication.journal.models import Event
from adjudication.rulings.models import Ruling
from tests import walk
from tests.staff.test_ruling import previewed, typed


def test_of_two_rulings_at_once_one_is_issued_and_the_other_told_that_the_case_moved_on(own_database):
    with clock.simulated(walk.START):
        user = User.objects.create(username="arbitrator", is_staff=True)
        user.groups.add(Group.objects.get(name="arbitrator"))
        case = walk.in_ruling()
        clients = [Client(), Client()]
        for client in clients:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        forms = [previewed(client, case, typed(case)) for client in clients]
    barrier, statuses = threading.Barrier(2), []

    def issue(client, form):
        try:
            barrier.wait(timeout=20)
            with clock.simulated(walk.START):
                statuses.append(client.post(reverse("admin:ruling_issue", args=[case.number]), form).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(statuses) == [302, 409]
    assert Ruling.objects.filter(case=case).count() == 1
    assert Event.objects.filter(case=case, kind="ruling.issued").count() == 1
