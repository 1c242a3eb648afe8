"""django-oscar: a shop of Django apps that are tied by strings. One service an app."""

from __future__ import annotations

from .seeds import Application, Seed

_APPS = (
    "address", "analytics", "basket", "catalogue", "checkout", "communication", "customer", "dashboard",
    "offer", "order", "partner", "payment", "search", "shipping", "voucher", "wishlists",
)  # fmt: skip
_MORE = {
    "payment": 'public = ["oscar.apps.payment.exceptions", "oscar.apps.payment.bankcards"]\n',
    "communication": 'callers = { customer = ["*"], order = ["*"], checkout = ["*"], dashboard = ["*"] }\n',
    "shipping": 'may_use = ["basket", "catalogue", "address", "partner"]\n',
    "analytics": 'may_not_import = ["requests"]\n',
}
_WITHOUT_TABLES = ("checkout", "dashboard", "search")


def _service(app: str) -> str:
    tables = "" if app in _WITHOUT_TABLES else f'tables = ["{app}_*"]\n'
    return f'[services.{app}]\nmodules = ["oscar.apps.{app}"]\n{tables}{_MORE.get(app, "")}'


_SERVICES = "\n".join(map(_service, _APPS))
BOUNDARY = f"""
{_SERVICES}
[shared]
modules = ["oscar.core", "oscar.models", "oscar.forms", "oscar.views", "oscar.templatetags", "oscar.defaults"]

[rules]
unassigned-module = "warning"
"""
_APPS_IN = "src/oscar/apps"


def _at(path: str) -> str:
    return f"{_APPS_IN}/{path}"


SEEDS = (
    Seed(
        "public-interface",
        "shipping",
        "payment",
        _at("shipping/methods.py"),
        "import in a function",
        """
        def card_of(number):
            from oscar.apps.payment.models import Bankcard
            return Bankcard(number=number)
        """,
    ),
    Seed(
        "public-interface",
        "voucher",
        "payment",
        _at("voucher/utils.py"),
        "module under another name",
        """
        import oscar.apps.payment.forms as money

        def form_for(order):
            return money.BankcardForm()
        """,
    ),
    Seed(
        "public-interface",
        "offer",
        "payment",
        _at("offer/utils.py"),
        "the project's loader of classes",
        """
        from oscar.core.loading import get_class as load

        def billing_form():
            return load("payment.forms", "BillingAddressForm")()
        """,
    ),
    Seed(
        "public-interface",
        "search",
        "payment",
        _at("search/facets.py"),
        "import_module",
        """
        from importlib import import_module

        def sources():
            return import_module("oscar.apps.payment.abstract_models")
        """,
    ),
    Seed(
        "callers",
        "offer",
        "communication",
        _at("offer/reports.py"),
        "call of a function",
        """
        def tell(code):
            from oscar.apps.communication import utils
            return utils.Dispatcher().dispatch_direct_messages("a@example.org", code)
        """,
    ),
    Seed(
        "may-use",
        "shipping",
        "wishlists",
        _at("shipping/repository.py"),
        "import of a class",
        """
        from oscar.apps.wishlists.views import OrderByWishlistMixin as _Mixin  # noqa
        from oscar.apps.wishlists import formsets

        def formset():
            return formsets.LineFormset
        """,
    ),
    Seed(
        "may-not-import",
        "analytics",
        "",
        _at("analytics/scores.py"),
        "package from outside",
        """
        def push(score):
            import requests
            return requests.post("https://example.org", json=score, timeout=5)
        """,
    ),
    Seed(
        "table-read",
        "partner",
        "order",
        _at("partner/prices.py"),
        "queryset through a variable",
        """
        from oscar.core.loading import get_model

        def sold(sku):
            Line = get_model("order", "Line")
            lines = Line.objects.filter(partner_sku=sku)
            return sum(line.quantity for line in lines)
        """,
    ),
    Seed(
        "table-read",
        "address",
        "order",
        _at("address/forms.py"),
        "SQL with a hole",
        """
        from django.db import connection

        def numbers(user):
            table = "order_order"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT number FROM {table} WHERE user_id = %s", [user.pk])
                return cursor.fetchall()
        """,
    ),
    Seed(
        "table-read",
        "search",
        "partner",
        _at("search/features.py"),
        "lookup across relations",
        """
        from django.apps import apps

        def available():
            return apps.get_model("catalogue", "Product").objects.filter(stockrecords__num_in_stock__gt=0)
        """,
    ),
    Seed(
        "table-read",
        "wishlists",
        "order",
        _at("wishlists/formsets.py"),
        "what a helper returns",
        """
        from oscar.core.loading import get_model

        def _recent(user):
            return get_model("order", "Order").objects.filter(user=user).order_by("-date_placed")

        def has_bought(user):
            return _recent(user).exists()
        """,
    ),
    Seed(
        "table-read",
        "communication",
        "order",
        _at("communication/managers.py"),
        "reverse accessor",
        """
        from django.contrib.auth import get_user_model

        def ordered(pk):
            user = get_user_model().objects.get(pk=pk)
            return [order.number for order in user.orders.all()]
        """,
    ),
    Seed(
        "table-read",
        "checkout",
        "voucher",
        _at("checkout/calculators.py"),
        "aggregate in a chain",
        """
        from oscar.apps.voucher.models import Voucher
        from django.db.models import Sum

        def used():
            return Voucher.objects.exclude(code="").aggregate(total=Sum("num_orders"))["total"]
        """,
    ),
    Seed(
        "table-write",
        "analytics",
        "basket",
        _at("analytics/receivers.py"),
        "create",
        """
        from oscar.core.loading import get_model

        def remember(user):
            return get_model("basket", "Basket").objects.create(owner=user)
        """,
    ),
    Seed(
        "table-write",
        "customer",
        "catalogue",
        _at("customer/history.py"),
        "save of a changed instance",
        """
        from oscar.apps.catalogue.models import Product as Item

        def hide(pk):
            item = Item.objects.get(pk=pk)
            item.is_public = False
            item.save(update_fields=["is_public"])
        """,
    ),
    Seed(
        "table-write",
        "order",
        "partner",
        _at("order/processing.py"),
        "update of a queryset",
        """
        from oscar.core.loading import get_model as model_of

        def take(sku, quantity):
            records = model_of("partner", "StockRecord").objects.filter(partner_sku=sku)
            records.update(num_in_stock=quantity)
        """,
    ),
    Seed(
        "table-write",
        "voucher",
        "wishlists",
        _at("voucher/receivers.py"),
        "delete",
        """
        def forget(user):
            from oscar.apps.wishlists.models import WishList
            WishList.objects.filter(owner=user).delete()
        """,
    ),
    Seed(
        "table-write",
        "shipping",
        "basket",
        _at("shipping/scales.py"),
        "SQL in pieces",
        """
        from django.db import connection

        def freeze(pk):
            statement = "UPDATE basket_basket "
            statement += "SET status = 'Frozen' WHERE id = %s"
            connection.cursor().execute(statement, (pk,))
        """,
    ),
    Seed(
        "table-write",
        "catalogue",
        "offer",
        _at("catalogue/utils.py"),
        "bulk_create",
        """
        from oscar.core.loading import get_model

        def offers(names):
            Offer = get_model("offer", "ConditionalOffer")
            Offer.objects.bulk_create([Offer(name=name) for name in names])
        """,
    ),
    Seed(
        "foreign-key",
        "wishlists",
        "order",
        _at("wishlists/models.py"),
        "key by a string",
        """
        from django.db import models

        class Wished(models.Model):
            order = models.ForeignKey("order.Order", on_delete=models.CASCADE)

            class Meta:
                app_label = "wishlists"
        """,
    ),
    Seed(
        "foreign-key",
        "communication",
        "catalogue",
        _at("communication/models.py"),
        "many to many",
        """
        from django.db import models

        class Campaign(models.Model):
            products = models.ManyToManyField("catalogue.Product")

            class Meta:
                app_label = "communication"
        """,
    ),
    Seed(
        "transaction-across",
        "order",
        "wishlists",
        _at("order/utils.py"),
        "block with calls inside",
        """
        from django.db import transaction

        def _clear(user):
            from oscar.apps.wishlists.models import WishList
            WishList.objects.filter(owner=user).update(name="bought")

        def place_and_clear(order):
            from oscar.apps.order.models import Order
            with transaction.atomic():
                Order.objects.filter(pk=order).update(status="placed")
                _clear(order)
        """,
    ),
    Seed(
        "inheritance-across",
        "customer",
        "order",
        _at("customer/mixins.py"),
        "base class",
        """
        from oscar.apps.order.abstract_models import AbstractOrderNote as _Note

        class CustomerNote(_Note):
            class Meta:
                abstract = True
        """,
    ),
    Seed(
        "instance-across",
        "wishlists",
        "basket",
        _at("wishlists/abstract_models.py"),
        "row as an argument",
        """
        def strategy_for(pk):
            from oscar.apps.wishlists.models import WishList
            from oscar.apps.basket.utils import BasketMessageGenerator
            found = WishList.objects.get(pk=pk)
            return BasketMessageGenerator().get_new_total_messages(found)
        """,
    ),
    Seed(
        "shared-kernel",
        "shared",
        "order",
        "src/oscar/core/utils.py",
        "kernel uses a service",
        """
        def number_of(order):
            from oscar.apps.order.utils import OrderNumberGenerator
            return OrderNumberGenerator().order_number(order)
        """,
    ),
    Seed(
        "link-across",
        "wishlists",
        "dashboard",
        _at("wishlists/admin.py"),
        "reverse in a helper",
        """
        from django.urls import reverse

        def panel():
            return reverse("dashboard:index")
        """,
    ),
    Seed(
        "link-across",
        "payment",
        "basket",
        _at("payment/bankcards.py"),
        "redirect by name",
        """
        from django.shortcuts import redirect

        def back():
            return redirect("basket:summary")
        """,
    ),
    Seed(
        "event-across",
        "partner",
        "communication",
        _at("partner/importers.py"),
        "receiver of a model's signal",
        """
        from django.db.models.signals import post_save
        from django.dispatch import receiver
        from oscar.apps.communication.models import Email

        @receiver(post_save, sender=Email)
        def on_mail(sender, instance, **kwargs):
            return None
        """,
    ),
    Seed(
        "event-across",
        "shipping",
        "order",
        _at("shipping/models.py"),
        "connect to a signal",
        """
        from oscar.apps.order.signals import order_placed

        def on_order(sender, **kwargs):
            return None

        order_placed.connect(on_order)
        """,
    ),
    Seed(
        "state-across",
        "offer",
        "partner",
        _at("offer/custom.py"),
        "dict of a module",
        """
        from oscar.apps.partner import availability

        def note(sku):
            availability.SEEN[sku] = True
        """,
    ),
    Seed(
        "cache-across",
        "basket",
        "partner",
        _at("basket/utils.py"),
        "key in an f-string",
        """
        from django.core.cache import cache

        def cached(sku):
            return cache.get(f"seen:{sku}")
        """,
    ),
    Seed("unassigned-module", "", "", "src/oscar/loyalty.py", "new module", ""),
    Seed("stale-ignore", "", "", "carveout.toml", "ignore that covers nothing", ""),
)
APPLICATION = Application(
    "django-oscar",
    BOUNDARY,
    SEEDS,
    {
        _at("partner/availability.py"): """

SEEN = {}


def learn(sku):
    from django.core.cache import cache

    SEEN[sku] = True
    cache.set(f"seen:{sku}", True)
""",
        "src/oscar/loyalty.py": "def points(order):\n    return 1\n",
        "carveout.toml": """
[[ignore]]
rule = "table-read"
source = "oscar.apps.address.nothing"
target = "table:order_order"
reason = "never there"
""",
    },
)
