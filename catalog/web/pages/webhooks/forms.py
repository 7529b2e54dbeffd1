"""The forms of the pages of webhooks."""

from wtforms import IntegerField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from catalog.web.pages.forms.base import Form, UrlField, trimmed
from catalog.webhooks.deliveries import SPANS
from catalog.webhooks.events import NAMES, TYPES


class WebhookForm(Form):
    """The URL and the events of a webhook."""

    url = UrlField("URL", [InputRequired("Enter the URL of the receiver.")], filters=[trimmed])
    description = StringField(
        "Description", [Length(max=200, message="Use at most 200 characters.")], filters=[trimmed]
    )
    events = SelectMultipleField(
        "Events",
        [InputRequired("Choose at least one event.")],
        choices=[SelectChoice(name, name) for name in sorted(NAMES)],
        validate_choice=True,
    )
    concurrency = IntegerField(
        "Requests at once", [InputRequired("Enter a number."), NumberRange(1, 100, "Between 1 and 100.")], default=5
    )
    rate = IntegerField(
        "Requests per second",
        [InputRequired("Enter a number."), NumberRange(1, 1000, "Between 1 and 1000.")],
        default=50,
    )


class WebhookTestForm(Form):
    """The event to send as a test."""

    type = SelectField("Event", choices=[SelectChoice(name, name) for name in TYPES])


class RedeliverForm(Form):
    """The time since which all failed deliveries are sent again."""

    since = SelectField("Everything that failed in the last", choices=[SelectChoice(name, name) for name in SPANS])
