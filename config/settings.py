"""The settings: everything that differs between installations comes from the environment, and nothing else does.

Without DATABASE_URL this is one machine with its embedded database; with one it is production, which refuses what is
unsafe.
"""

import importlib.util
import ipaddress
import os
from datetime import timedelta
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config import embedded_postgres
from config.evidence_storage import evidence_storage
from config.paths import BASE_DIR, data_dir
from config.secrets import kept_secret, require_own_secret
from config.signing_key import new_seed, own_seed

env = environ.Env()

# --- What kind of installation this is ------------------------------------------------------------

DATA_DIR = data_dir()
EMBEDDED = not os.environ.get("DATABASE_URL") or env.bool("DATABASE_EMBEDDED", default=False)
STARTED_BY_UP = env.bool("STARTED_BY_UP", default=False)
PRODUCTION = not EMBEDDED
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG shows secrets to strangers: unset it, or unset DATABASE_URL to work locally.")

# --- Secrets --------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="")
if PRODUCTION and not SECRET_KEY and not STARTED_BY_UP:
    raise ImproperlyConfigured(
        "DATABASE_URL is set but SECRET_KEY is not; set it to a random text that stays the same."
    )
if not SECRET_KEY:
    SECRET_KEY = kept_secret(DATA_DIR / "secret_key")
if PRODUCTION:
    require_own_secret("SECRET_KEY", SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones, while what they sealed is in use
#: The private key that signs the files of cases (adjudication/credentials/signing.py). Production is given one, for
#: every host must sign with the same; without one it hears cases and signs nothing, and says so to whoever asks. Where
#: `up` serves one machine over a database of its own, it makes the key, and every command of that machine finds it.
SIGNING_KEY = env.str("SIGNING_KEY", default="")
if not SIGNING_KEY and (not PRODUCTION or STARTED_BY_UP or (DATA_DIR / "signing_key").exists()):
    SIGNING_KEY = kept_secret(DATA_DIR / "signing_key", new_seed)
if SIGNING_KEY:
    SIGNING_KEY = own_seed(SIGNING_KEY)

# --- Who may reach it, and how --------------------------------------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_FAILURE_VIEW = "adjudication.staff.watch.form_not_accepted"
CSRF_TRUSTED_ORIGINS = [f"https://{'*' * host.startswith('.')}{host}" for host in ALLOWED_HOSTS if host != "*"]
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# `up` serves plain HTTP on its own machine; wherever else this runs, there is TLS before it.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION and not STARTED_BY_UP
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {  # /admin/ is a little wider: config/content_security.py
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

#: Whose X-Forwarded-For is believed: addresses or networks of your proxies; nobody's unless named.
try:
    TRUSTED_PROXIES = [ipaddress.ip_network(named.strip()) for named in env.list("TRUSTED_PROXIES", default=[])]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES must name addresses or networks, as in 10.0.0.0/8: {error}.") from None
#: Requests a minute: of one key; of one address without a valid key or sign-in link.
RATE_LIMIT_PER_MINUTE = env.int("RATE_LIMIT_PER_MINUTE", default=1200)
RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = env.int("RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED", default=60)
if not (0 < RATE_LIMIT_PER_MINUTE < 10**9 and 0 < RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED < 10**9):
    raise ImproperlyConfigured("RATE_LIMIT_PER_MINUTE and RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED must be at least 1.")

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
#: Whether staff must show a second factor: required, but for demonstrations and tests.
STAFF_SECOND_FACTOR = env.str("STAFF_SECOND_FACTOR", default="") or ("optional" if DEMO else "required")
if STAFF_SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR must be 'required' or 'optional'.")
if PRODUCTION and not DEMO and STAFF_SECOND_FACTOR != "required":
    raise ImproperlyConfigured("In production staff sign in with a second factor: unset STAFF_SECOND_FACTOR.")
MFA_ADAPTER = "adjudication.credentials.second_factor.Sealed"
MFA_TOTP_ISSUER = "Adjudication"
#: A name that failed so often from one address is locked there for so long; longer tries do not lengthen it.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "adjudication.credentials.accounts.address_of"
AXES_LOCKOUT_CALLABLE = "adjudication.staff.sign_in.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_VERBOSE = False

# --- The application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth.account",  # what allauth.mfa stands on; none of its pages is reachable
    "allauth.mfa",
    "axes",
    "csp",
    *(["django_linear_migrations"] if importlib.util.find_spec("django_linear_migrations") else []),
    "config.apps.InstallationConfig",
    "adjudication.apps.AdjudicationConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.reader_zone.ReaderZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.content_security.ContentSecurityMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Database -------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=embedded_postgres.url(DATA_DIR))}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL must name a PostgreSQL database, as in postgres://user:password@host/name."
    )
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c lock_timeout=3s -c statement_timeout={env.str('DATABASE_STATEMENT_TIMEOUT', default='15s')} "
    "-c idle_in_transaction_session_timeout=30s "
    "-c client_connection_check_interval=1s -c random_page_cost=1.1"
)
# The docket prepares its statements (ADR 9), Django never. Not at all with `?prepare_threshold=None` in the URL.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)
if env.bool("DATABASE_POOL", default=False):  # the web process's threads share connections (config/wsgi.py)
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 20, "timeout": 5}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}

# --- Files and mail -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True  # static files are served from where they lie; nothing has to be collected first
WHITENOISE_AUTOREFRESH = DEBUG

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "adjudication.evidence.receiving.RoomMindingUploadHandler",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "media")},
    },
    "evidence": evidence_storage(env.str("EVIDENCE_STORAGE_URL", default="") or (DATA_DIR / "evidence").as_uri()),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="adjudication@localhost")
LETTERS_FROM = DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
#: Where people reach the pages, for the links in letters; without it letters have none.
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")

# --- Work in the background (config/celery.py) ----------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="pgmq://")
if CELERY_BROKER_URL.split(":")[0] not in ("pgmq", "amqp", "amqps", "redis", "rediss"):
    raise ImproperlyConfigured("CELERY_BROKER_URL must begin with pgmq://, amqp:// or redis://.")
if CELERY_BROKER_URL.startswith("redis") and not importlib.util.find_spec("redis"):
    raise ImproperlyConfigured("CELERY_BROKER_URL names Redis, whose client is missing: install the package redis.")
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=5.0)
if not 0.1 <= SWEEP_SECONDS <= 3600:
    raise ImproperlyConfigured("SWEEP_SECONDS must lie between 0.1 and 3600.")

# --- Payments -------------------------------------------------------------------------------------

PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="embedded")
if PAYMENT_PROVIDER not in ("embedded", "marketplace") and "." not in PAYMENT_PROVIDER:
    raise ImproperlyConfigured(
        "PAYMENT_PROVIDER must be 'embedded', 'marketplace', or the import path of a class, as in acme.payments.Bank."
    )

# --- Webhooks (adjudication/webhooks) --------------------------------------------------------------

#: Whether they may also go to this very machine, and then by plain http: for trying them out, never in production.
WEBHOOK_ALLOW_LOOPBACK = env.bool("WEBHOOK_ALLOW_LOOPBACK", default=not PRODUCTION)
#: For how long deliveries are kept once they were accepted; what is parked is kept for good.
WEBHOOK_KEPT_DAYS = env.int("WEBHOOK_KEPT_DAYS", default=90)
if not 7 <= WEBHOOK_KEPT_DAYS <= 36_500:
    raise ImproperlyConfigured("WEBHOOK_KEPT_DAYS must be at least 7.")

# --- The demo marketplace (adjudication/shop): in a demonstration alone ----------------------------

#: Where it reaches the API, and is reached by webhooks: this very machine, as `up` knows it. Empty: there is no shop.
DEMO_SHOP_ADDRESS = env.str("DEMO_SHOP_ADDRESS", default="").rstrip("/") if DEMO else ""
DEMO_SHOP_FOLDER = DATA_DIR / "demo-shop"
if DEMO_SHOP_ADDRESS:
    WEBHOOK_ALLOW_LOOPBACK = env.bool("WEBHOOK_ALLOW_LOOPBACK", default=True)
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, urlsplit(DEMO_SHOP_ADDRESS).netloc.rpartition(":")[0]]

# --- The API (adjudication/api) -------------------------------------------------------------------

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["adjudication.api.callers.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": [
        "adjudication.api.parsing.StrictJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "adjudication.api.parsing.AlwaysTheFirst",
    "DEFAULT_METADATA_CLASS": None,  # the schema says what there is; OPTIONS is a method no address takes
    "DEFAULT_SCHEMA_CLASS": "adjudication.api.schema.Schema",
    "EXCEPTION_HANDLER": "adjudication.api.problems.answer_refusal",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Dispute adjudication",
    "DESCRIPTION": "Refund disputes: what each side filed, whose evidence prevails, and where the money goes.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "WEBHOOKS": ["adjudication.api.webhooks.SENT"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "adjudication.api.schema.tell_forms_of_the_web",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Role": "adjudication.parties.Role",
        "Side": "adjudication.api.forms.SIDE_CHOICES",
        "CaseState": "adjudication.cases.states.State",
        "Outcome": "adjudication.cases.states.Outcome",
        "PayoutState": "adjudication.escrow.models.Payout.State",
        "OfferState": "adjudication.cases.offers.Offer.State",
        "ProposalState": "adjudication.rulings.models.Proposal.State",
        "DisputeReason": "adjudication.procedure.return_goods.DisputeReason",
        "Reason": "adjudication.policy.terms.Reason",
        "RejectionReason": "adjudication.policy.terms.RejectionReason",
        "Remedy": "adjudication.policy.terms.Remedy",
        "AccountKind": "adjudication.escrow.models.Account.Kind",
        "DeadlineKind": "adjudication.deadlines.models.Deadline.Kind",
        "ExhibitKind": "adjudication.evidence.models.Exhibit.Kind",
        "FiledBy": "adjudication.evidence.models.Exhibit.FiledBy",
        "ParcelReportKind": "adjudication.orders.models.ParcelReport.Kind",
        "PartyKind": "adjudication.orders.models.Party.Kind",
        "WebhookType": "adjudication.api.webhook_forms.TYPE_CHOICES",
        "SentWebhookType": "adjudication.api.webhook_forms.SENT_CHOICES",
        "WebhookDeliveryState": "adjudication.webhooks.models.WebhookDelivery.State",
    },
}

# --- Metrics (adjudication/api/metrics.py) --------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # empty: whoever reaches /metrics may read it
if PRODUCTION and METRICS_TOKEN:
    require_own_secret("METRICS_TOKEN", METRICS_TOKEN)

# --- The staff's site (adjudication/staff) --------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": _("Adjudication"),
    "SITE_HEADER": _("Adjudication"),
    "SITE_SUBHEADER": _("Refund disputes, heard and ruled on"),
    "SITE_SYMBOL": "balance",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("pages/mark.svg")}],
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "5px",
    "STYLES": [lambda request: static("staff/staff.css"), lambda request: static("staff/queue.css")],
    "SCRIPTS": [lambda request: static("reader/zone.js"), lambda request: static("staff/staff.js")],
    "COLORS": {  # ink and teal
        "base": {
            "50": "oklch(98.4% .003 230)",
            "100": "oklch(96.5% .005 230)",
            "200": "oklch(92.4% .008 230)",
            "300": "oklch(86.5% .012 230)",
            "400": "oklch(68% .02 232)",
            "500": "oklch(52.5% .025 234)",
            "600": "oklch(43% .028 236)",
            "700": "oklch(36% .03 238)",
            "800": "oklch(27% .03 240)",
            "900": "oklch(20.5% .028 242)",
            "950": "oklch(14% .022 244)",
        },
        "primary": {
            "50": "oklch(98% .014 185)",
            "100": "oklch(94.5% .035 185)",
            "200": "oklch(89% .06 186)",
            "300": "oklch(81% .085 187)",
            "400": "oklch(70% .1 188)",
            "500": "oklch(59% .098 190)",
            "600": "oklch(48% .082 193)",
            "700": "oklch(42% .071 195)",
            "800": "oklch(36% .06 197)",
            "900": "oklch(31% .05 199)",
            "950": "oklch(22% .038 201)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "adjudication.staff.navigation.sidebar",
    },
}

# --- What is said while running -------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "adjudication": {"level": "INFO"},  # what a tick did is told, whatever level the worker was started at
        "celery": {"level": "INFO"},
        "celery.app.trace": {"level": "WARNING"},  # a line per tick would bury everything else
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "pgmq": {"level": "WARNING"},
    },
}
