"""Accounts, parties, terms, rulings and notes are kept from plain SQL as far as the law goes; and all access on record.

An account is as it was opened. A party is who the marketplace said it was; only its names may change. A term lapses
by an update that the clock is asked about, and is never written down as lapsed; the act that opened it may have met or
superseded it. Nobody rules on a case in two instances.
"""

from django.conf import settings
from django.db import migrations, models

KEPT = """
DROP TRIGGER never_deleted ON adjudication_account;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_account FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an account is as it was opened');
CREATE TRIGGER keeps_its_identity BEFORE UPDATE ON adjudication_party FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.kind, OLD.external_id) IS DISTINCT FROM ROW(NEW.id, NEW.kind, NEW.external_id))
    EXECUTE FUNCTION adjudication_refuse('a party stays who it is');
CREATE TRIGGER never_begins_lapsed BEFORE INSERT ON adjudication_deadline FOR EACH ROW
    WHEN (NEW."end" = 'lapsed')
    EXECUTE FUNCTION adjudication_refuse('a term is open before it lapses');
"""
NOT_KEPT = """
DROP TRIGGER never_begins_lapsed ON adjudication_deadline;
DROP TRIGGER keeps_its_identity ON adjudication_party;
DROP TRIGGER append_only ON adjudication_account;
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_account FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an account is never deleted');
"""
#: New rows alone are judged: a note is never changed, so an older one could not be shortened.
CAPPED = """
ALTER TABLE adjudication_note ADD CONSTRAINT a_note_can_be_read
    CHECK (char_length(text) BETWEEN 1 AND 4000) NOT VALID;
"""
NOT_CAPPED = "ALTER TABLE adjudication_note DROP CONSTRAINT a_note_can_be_read"

KINDS = {
    "account_made": "account made",
    "role_changed": "role changed",
    "password_set": "password set",
    "key_made": "key made",
    "key_revoked": "key revoked",
    "second_factor_set_up": "second factor set up",
    "second_factor_reset": "second factor reset",
    "recovery_codes_made": "recovery codes made anew",
    "unlocked": "unlocked",
}


class Migration(migrations.Migration):
    dependencies = [
        ("adjudication", "0022_newest_by_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(CAPPED, NOT_CAPPED),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(fields=("case", "decided_by"), name="nobody_rules_twice_on_a_case"),
        ),
        migrations.AddField(
            model_name="accesschange",
            name="roles",
            field=models.CharField(
                blank=True, default="", help_text="What this person may act as from now on.", max_length=200
            ),
        ),
        migrations.AlterField(
            model_name="accesschange",
            name="kind",
            field=models.CharField(choices=list(KINDS.items()), max_length=24),
        ),
        migrations.RemoveConstraint(model_name="accesschange", name="change_of_access_is_known"),
        migrations.AddConstraint(
            model_name="accesschange",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=tuple(KINDS)), name="change_of_access_is_known"
            ),
        ),
    ]
