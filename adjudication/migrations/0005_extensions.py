"""What the database keeps of extensions and outages: a term's end moves with an extension on record, or not at all."""

from django.db import migrations

EXTENSIONS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_extension FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an extension is never changed');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_extension FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('an extension is never changed');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_outage FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('an outage is never deleted');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adjudication_outage FOR EACH STATEMENT
    EXECUTE FUNCTION adjudication_refuse('an outage is never deleted');
CREATE TRIGGER only_lengthened BEFORE UPDATE ON adjudication_outage FOR EACH ROW
    WHEN (ROW(OLD.id, OLD.cause, OLD.began_at, OLD.declared_by_id, OLD.note, OLD.recorded_at)
              IS DISTINCT FROM ROW(NEW.id, NEW.cause, NEW.began_at, NEW.declared_by_id, NEW.note, NEW.recorded_at)
          OR NEW.ended_at < OLD.ended_at OR NEW.grace_ends_at < OLD.grace_ends_at)
    EXECUTE FUNCTION adjudication_refuse('an outage is only lengthened');
CREATE FUNCTION adjudication_end_moves_with_an_extension() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_extension x
                   WHERE x.deadline_id = NEW.id AND x.due_before = OLD.due_at AND x.due_after = NEW.due_at) THEN
        RAISE EXCEPTION 'the end of deadline % moved without an extension on record', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER end_moves_with_an_extension AFTER UPDATE ON adjudication_deadline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.due_at IS DISTINCT FROM NEW.due_at)
    EXECUTE FUNCTION adjudication_end_moves_with_an_extension();
"""
AWAY = """
DROP TRIGGER end_moves_with_an_extension ON adjudication_deadline;
DROP FUNCTION adjudication_end_moves_with_an_extension;
DROP TRIGGER only_lengthened ON adjudication_outage;
DROP TRIGGER never_emptied ON adjudication_outage;
DROP TRIGGER never_deleted ON adjudication_outage;
DROP TRIGGER never_emptied ON adjudication_extension;
DROP TRIGGER append_only ON adjudication_extension;
"""
#: Terms that run already are reminded of too, where a third of them is left.
REMIND = """
UPDATE adjudication_deadline SET remind_at = due_at - (due_at - anchored_at) / 3
WHERE ended_at IS NULL AND due_at - (due_at - anchored_at) / 3 > greatest(now(), started_at)
"""


class Migration(migrations.Migration):
    """Extensions and outages are records too."""

    dependencies = [("adjudication", "0004_terms")]

    operations = [migrations.RunSQL(EXTENSIONS, AWAY), migrations.RunSQL(REMIND, migrations.RunSQL.noop)]
