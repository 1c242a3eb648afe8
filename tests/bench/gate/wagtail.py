"""wagtail: a content management system; a handful of its parts as services."""

from __future__ import annotations

from .seeds import Application, Seed

BOUNDARY = """
[services.images]
modules = ["wagtail.images"]
tables = ["wagtailimages_*"]
public = ["wagtail.images.get_image_model", "wagtail.images.get_image_model_string", "wagtail.images.shortcuts"]

[services.documents]
modules = ["wagtail.documents"]
tables = ["wagtaildocs_*"]

[services.redirects]
modules = ["wagtail.contrib.redirects"]
tables = ["wagtailredirects_*"]
may_use = []

[services.promotions]
modules = ["wagtail.contrib.search_promotions"]
tables = ["wagtailsearchpromotions_*", "wagtailsearch_*"]

[services.forms]
modules = ["wagtail.contrib.forms"]
tables = ["wagtailforms_*"]

[services.embeds]
modules = ["wagtail.embeds"]
tables = ["wagtailembeds_*"]
may_not_import = ["requests"]

[services.sites]
modules = ["wagtail.sites"]
tables = ["wagtailcore_site"]
callers = { redirects = ["*"] }

[services.users]
modules = ["wagtail.users"]
tables = ["wagtailusers_*"]

[services.translation]
modules = ["wagtail.contrib.simple_translation"]

[shared]
modules = ["wagtail.utils", "wagtail.coreutils"]
"""

SEEDS = (
    Seed(
        "public-interface",
        "documents",
        "images",
        "wagtail/documents/forms.py",
        "import in a function",
        """
        def image_form():
            from wagtail.images.forms import BaseImageForm
            return BaseImageForm
        """,
    ),
    Seed(
        "public-interface",
        "users",
        "images",
        "wagtail/users/utils.py",
        "name from a list of modules",
        """
        from importlib import import_module

        _PLUGINS = ["wagtail.images.rect"]

        def load():
            return [import_module(name) for name in _PLUGINS]
        """,
    ),
    Seed(
        "may-use",
        "redirects",
        "documents",
        "wagtail/contrib/redirects/utils.py",
        "call under another name",
        """
        from wagtail.documents import get_document_model as model_of_documents

        def document_model():
            return model_of_documents()
        """,
    ),
    Seed(
        "callers",
        "users",
        "sites",
        "wagtail/users/permission_order.py",
        "import of a class",
        """
        from wagtail.sites.forms import SiteForm as Form

        def form():
            return Form()
        """,
    ),
    Seed(
        "may-not-import",
        "embeds",
        "",
        "wagtail/embeds/format.py",
        "package from outside",
        """
        from requests import get as fetch

        def load(url):
            return fetch(url, timeout=5)
        """,
    ),
    Seed(
        "table-read",
        "redirects",
        "documents",
        "wagtail/contrib/redirects/filters.py",
        "get_model",
        """
        from django.apps import apps

        def titles():
            documents = apps.get_model("wagtaildocs", "Document").objects.all()
            return [document.title for document in documents]
        """,
    ),
    Seed(
        "table-read",
        "users",
        "forms",
        "wagtail/users/forms.py",
        "values_list of an imported model",
        """
        from wagtail.contrib.forms.models import FormSubmission

        def submitted():
            return list(FormSubmission.objects.values_list("form_data", flat=True))
        """,
    ),
    Seed(
        "table-read",
        "translation",
        "embeds",
        "wagtail/contrib/simple_translation/forms.py",
        "SQL string",
        """
        from django.db import connection

        def urls():
            cursor = connection.cursor()
            cursor.execute("SELECT url FROM wagtailembeds_embed WHERE max_width > 100")
            return cursor.fetchall()
        """,
    ),
    Seed(
        "table-read",
        "promotions",
        "redirects",
        "wagtail/contrib/search_promotions/forms.py",
        "count behind a helper",
        """
        def _all():
            from wagtail.contrib.redirects.models import Redirect
            return Redirect.objects.filter(is_permanent=True)

        def permanent():
            return _all().count()
        """,
    ),
    Seed(
        "table-write",
        "documents",
        "redirects",
        "wagtail/documents/signal_handlers.py",
        "update_or_create",
        """
        def moved(old, new):
            from wagtail.contrib.redirects.models import Redirect
            Redirect.objects.update_or_create(old_path=old, defaults={"redirect_link": new})
        """,
    ),
    Seed(
        "table-write",
        "forms",
        "embeds",
        "wagtail/contrib/forms/utils.py",
        "delete of an instance",
        """
        def forget(url):
            from wagtail.embeds.models import Embed
            embed = Embed.objects.filter(url=url).first()
            if embed is not None:
                embed.delete()
        """,
    ),
    Seed(
        "table-write",
        "embeds",
        "users",
        "wagtail/embeds/finders/base.py",
        "save of a new instance",
        """
        from wagtail.users.models import UserProfile

        def profile(user):
            made = UserProfile(user=user)
            made.save()
            return made
        """,
    ),
    Seed(
        "table-write",
        "sites",
        "promotions",
        "wagtail/sites/forms.py",
        "SQL with format",
        """
        from django.db import connection

        def wipe(table="wagtailsearchpromotions_query"):
            connection.cursor().execute("DELETE FROM {}".format("wagtailsearchpromotions_query"))
        """,
    ),
    Seed(
        "foreign-key",
        "redirects",
        "documents",
        "wagtail/contrib/redirects/models.py",
        "key to a class",
        """
        from wagtail.documents.models import Document

        class Moved(models.Model):
            document = models.ForeignKey(Document, on_delete=models.CASCADE)

            class Meta:
                app_label = "wagtailredirects"
        """,
    ),
    Seed(
        "foreign-key",
        "users",
        "images",
        "wagtail/users/models.py",
        "one to one by a string",
        """
        class Portrait(models.Model):
            image = models.OneToOneField("wagtailimages.Image", on_delete=models.CASCADE)

            class Meta:
                app_label = "wagtailusers"
        """,
    ),
    Seed(
        "transaction-across",
        "forms",
        "promotions",
        "wagtail/contrib/forms/panels.py",
        "decorator",
        """
        from django.db import transaction

        @transaction.atomic
        def store(page, text):
            from wagtail.contrib.forms.models import FormSubmission
            from wagtail.contrib.search_promotions.models import Query
            FormSubmission.objects.create(page=page, form_data={})
            Query.get(text).add_hit()
        """,
    ),
    Seed(
        "inheritance-across",
        "forms",
        "documents",
        "wagtail/contrib/forms/forms.py",
        "base class",
        """
        from wagtail.documents.forms import BaseDocumentForm

        class AttachmentForm(BaseDocumentForm):
            pass
        """,
    ),
    Seed(
        "shared-kernel",
        "shared",
        "embeds",
        "wagtail/utils/utils.py",
        "kernel uses a service",
        """
        def embed(url):
            from wagtail.embeds.embeds import get_embed
            return get_embed(url)
        """,
    ),
    Seed(
        "link-across",
        "embeds",
        "users",
        "wagtail/embeds/forms.py",
        "reverse",
        """
        from django.urls import reverse

        def people():
            return reverse("wagtailusers_users:index")
        """,
    ),
    Seed(
        "template-across",
        "translation",
        "users",
        "wagtail/contrib/simple_translation/views.py",
        "render",
        """
        from django.shortcuts import render

        def people(request):
            return render(request, "wagtailusers/users/confirm_delete.html", {})
        """,
    ),
    Seed(
        "template-across",
        "embeds",
        "documents",
        "wagtail/embeds/views/chooser.py",
        "template_name of a view",
        """
        from django.views.generic import TemplateView

        class Chosen(TemplateView):
            template_name = "wagtaildocs/documents/edit.html"
        """,
    ),
    Seed(
        "cache-across",
        "users",
        "sites",
        "wagtail/users/apps.py",
        "key made by a function",
        """
        from django.core.cache import cache

        def key_of(name):
            return "site-of-%s" % name

        def site(name):
            return cache.get(key_of(name))
        """,
    ),
    Seed(
        "event-across",
        "redirects",
        "documents",
        "wagtail/contrib/redirects/signal_handlers.py",
        "receiver",
        """
        from django.db.models.signals import post_delete
        from django.dispatch import receiver
        from wagtail.documents.models import Document

        @receiver(post_delete, sender=Document)
        def on_deleted(sender, instance, **kwargs):
            return None
        """,
    ),
)
APPLICATION = Application(
    "wagtail",
    BOUNDARY,
    SEEDS,
    {
        "wagtail/sites/views.py": """

from django.core.cache import cache


def remember(name, site):
    cache.set("site-of-%s" % name, site)
"""
    },
)
