"""An end may move twice at once, for an outage and by an arbitrator; declared outages say why and stand apart."""

from django.db import migrations

CHAINED = """
CREATE OR REPLACE FUNCTION adjudication_end_moves_with_an_extension() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_extension x
                   WHERE x.deadline_id = NEW.id AND x.due_before = OLD.due_at AND x.due_after = NEW.due_at)
       AND NOT EXISTS (
           WITH RECURSIVE led(due_at) AS (
               SELECT OLD.due_at
               UNION SELECT x.due_after FROM led JOIN adjudication_extension x
                     ON x.deadline_id = NEW.id AND x.due_before = led.due_at)
           SELECT FROM led WHERE led.due_at = NEW.due_at AND NEW.due_at > OLD.due_at)
    THEN
        RAISE EXCEPTION 'the end of deadline % moved without an extension on record', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
AT_ONCE = """
CREATE OR REPLACE FUNCTION adjudication_end_moves_with_an_extension() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM adjudication_extension x
                   WHERE x.deadline_id = NEW.id AND x.due_before = OLD.due_at AND x.due_after = NEW.due_at) THEN
        RAISE EXCEPTION 'the end of deadline % moved without an extension on record', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
#: New rows alone are judged: an outage is never deleted, so an older one could not be mended.
DECLARED = """
ALTER TABLE adjudication_outage ADD CONSTRAINT whoever_declares_says_why
    CHECK (cause <> 'declared' OR note <> '') NOT VALID;
CREATE FUNCTION adjudication_declared_outages_stand_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('adjudication.outage'));
    IF EXISTS (SELECT FROM adjudication_outage o WHERE o.id <> NEW.id AND o.cause = 'declared'
               AND o.began_at < NEW.ended_at AND o.ended_at > NEW.began_at) THEN
        RAISE EXCEPTION 'outage % overlaps one that was declared before', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER declared_outages_stand_apart BEFORE INSERT OR UPDATE ON adjudication_outage FOR EACH ROW
    WHEN (NEW.cause = 'declared') EXECUTE FUNCTION adjudication_declared_outages_stand_apart();
"""
AWAY = """
DROP TRIGGER declared_outages_stand_apart ON adjudication_outage;
DROP FUNCTION adjudication_declared_outages_stand_apart;
ALTER TABLE adjudication_outage DROP CONSTRAINT whoever_declares_says_why;
"""


class Migration(migrations.Migration):
    """Plain SQL only."""

    dependencies = [("adjudication", "0016_webhooks_kept")]

    operations = [migrations.RunSQL(CHAINED, AT_ONCE), migrations.RunSQL(DECLARED, AWAY)]
