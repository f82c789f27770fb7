"""A webhook that was delivered need not be kept for ever: after a week at the least it may go, with all its tries.

What is due or parked stays, whoever asks; a message stays while it is to be delivered anywhere; and a try goes only
when its delivery has gone. The journal, and with it the feed, is another matter and stays whole.
"""

from django.db import migrations, models
from django.db.models import Q

WHY = "what was sent, and what was answered, stays on record"
MAY_GO = f"""
DROP TRIGGER never_deleted ON adjudication_webhookdelivery;
CREATE TRIGGER kept_for_a_week BEFORE DELETE ON adjudication_webhookdelivery FOR EACH ROW
    WHEN (OLD.state <> 'delivered' OR OLD.delivered_at > statement_timestamp() - interval '168 hours')
    EXECUTE FUNCTION adjudication_refuse('what is due or parked is kept, and what was delivered for a week');

CREATE FUNCTION adjudication_goes_with_its_delivery() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM adjudication_webhookdelivery d WHERE d.id = OLD.delivery_id)
    THEN RAISE EXCEPTION 'a try is kept as long as its delivery' USING ERRCODE = 'check_violation'; END IF;
    RETURN OLD; END $$;
DROP TRIGGER append_only ON adjudication_webhookattempt;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON adjudication_webhookattempt FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER goes_with_its_delivery BEFORE DELETE ON adjudication_webhookattempt FOR EACH ROW
    EXECUTE FUNCTION adjudication_goes_with_its_delivery();

CREATE FUNCTION adjudication_goes_with_its_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM adjudication_webhookdelivery d WHERE d.message_id = OLD.id)
    THEN RAISE EXCEPTION 'a message is kept while it is delivered anywhere' USING ERRCODE = 'check_violation'; END IF;
    RETURN OLD; END $$;
DROP TRIGGER never_deleted ON adjudication_webhookmessage;
CREATE TRIGGER goes_with_its_deliveries BEFORE DELETE ON adjudication_webhookmessage FOR EACH ROW
    EXECUTE FUNCTION adjudication_goes_with_its_deliveries();
"""
STAYS = f"""
DROP TRIGGER goes_with_its_deliveries ON adjudication_webhookmessage;
DROP TRIGGER goes_with_its_delivery ON adjudication_webhookattempt;
DROP TRIGGER never_rewritten ON adjudication_webhookattempt;
DROP TRIGGER kept_for_a_week ON adjudication_webhookdelivery;
DROP FUNCTION adjudication_goes_with_its_deliveries;
DROP FUNCTION adjudication_goes_with_its_delivery;
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_webhookmessage FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER never_deleted BEFORE DELETE ON adjudication_webhookdelivery FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON adjudication_webhookattempt FOR EACH ROW
    EXECUTE FUNCTION adjudication_refuse('{WHY}');
"""


class Migration(migrations.Migration):
    dependencies = [("adjudication", "0015_vacuum")]
    operations = [
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["delivered_at"], name="delivery_done", condition=Q(state="delivered")),
        ),
        migrations.RunSQL(MAY_GO, STAYS),
    ]
