"""Rulings that became final, entered in the register and published, by walking the acts."""

from contextlib import contextmanager
from datetime import timedelta

from adjudication import clock, docket
from adjudication.procedure import rule
from adjudication.register.enter import enter_final, publish_due
from adjudication.rulings.models import Winner
from adjudication.rulings.publications import Publication
from tests import walk


def final(winner=Winner.BUYER, case=None, **changes):
    """The publication of a ruling that has just become final and was entered."""
    case = case or walk.in_ruling()
    with docket.take(case.number) as (taken, at):
        ruling = rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken, winner, **changes), at=at)
    case = walk.after_silence(walk.look(case))
    with clock.simulated(case.updated_at):
        enter_final()
    return Publication.objects.get(ruling=ruling)


def published(*args, **changes):
    """The same, when its days have passed."""
    publication = final(*args, **changes)
    with when_due(publication):
        publish_due()
    return Publication.objects.get(pk=publication.pk)


@contextmanager
def when_due(publication, shift=timedelta()):
    """The moment it is published from, or that much before or after."""
    with clock.simulated(publication.publish_from + shift):
        yield
