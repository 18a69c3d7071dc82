"""All addresses. Each app keeps its own list; this page only says where it hangs."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import health

# The administration has no door of its own: limits and second factors stand at the one sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# These libraries' own pages would write past the commands, and show the secrets of second factors.
admin.site.unregister([Group, EmailAddress, Authenticator])

# Swagger UI sets style attributes itself; only this page may.
swagger = csp_update({"style-src": "'unsafe-inline'"})(
    SpectacularSwaggerSplitView.as_view(url_name="api_schema")
)

api_patterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", swagger, name="api_docs"),
    path("", include("events.api.urls")),
    path("", include("integrations.api.urls")),
    path("", include("notifications.api.urls")),
    path("", include("masterdata.api.urls")),
    path("", include("claims.api.urls")),
    path("", include("investigations.api.urls")),
    path("", include("capa.api.urls")),
    path("", include("responses.api.urls")),
]

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/", include(api_patterns)),  # type: ignore[arg-type]
    path("", include("core.urls")),
    path("", include("claims.urls")),
    path("", include("claims.urls_rules")),
    path("", include("masterdata.urls")),
    path("", include("investigations.urls")),
    path("", include("capa.urls")),
    path("", include("responses.urls")),
    path("", include("notifications.urls")),
    path("", include("worklist.urls")),
    path("", include("mailboxes.urls")),
    # Ours first: it takes the place of pages that nobody may use here.
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
