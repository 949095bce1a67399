"""A Django project against the database of the environment: migrations forth and back, inspectdb, the ORM, the admin. Prints what it
found, for comparison with what it finds on another server."""

import datetime
import io
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django  # noqa: E402
from django.core.management import call_command  # noqa: E402

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import DatabaseError, IntegrityError, connection, models, transaction  # noqa: E402
from shop.models import Maker, Order, Product  # noqa: E402

found = {}


def command(name, *arguments, **options):
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def tables():
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        described = {}
        for name in names:
            columns = [[c.name, connection.introspection.get_field_type(c.type_code, c), c.display_size, c.precision, c.scale, c.null_ok]
                       for c in connection.introspection.get_table_description(cursor, name)]
            constraints = {key: {k: v for k, v in value.items() if k not in ("definition", "options")}
                           for key, value in sorted(connection.introspection.get_constraints(cursor, name).items())}
            described[name] = {"columns": columns, "constraints": constraints,
                               "sequences": connection.introspection.get_sequences(cursor, name)}
        return described


def refused(action):
    try:
        with transaction.atomic():
            action()
    except IntegrityError as error:
        diagnostic = error.__cause__.diag
        return [type(error.__cause__).__name__, diagnostic.sqlstate, diagnostic.message_primary, diagnostic.table_name,
                diagnostic.constraint_name, diagnostic.column_name]
    return None


def migrate():
    found["first"] = command("migrate", "shop", "0001", verbosity=1).splitlines()[-1].strip()
    command("migrate", verbosity=0)
    found["planned"] = command("makemigrations", "--check", "--dry-run").strip()
    found["applied"] = command("showmigrations", "--plan").count("[X]")
    found["tables"] = tables()
    found["inspected"] = command("inspectdb")


def use():
    maker = Maker.objects.get(name="first")
    found["migrated"] = [[p.title, str(p.price), p.tags, p.code, p.weight] for p in maker.products.all()]
    second = Maker.objects.create(name="second")
    made = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.timezone.utc)
    Product.objects.bulk_create([Product(title=f"p{i}", maker=second, price=i, made=made, tags={"n": [i]}) for i in range(5)])
    found["filtered"] = list(Product.objects.filter(price__gte=2, title__icontains="P").order_by("-title").values_list("title", "price"))
    found["grouped"] = list(Product.objects.values("maker__name").annotate(n=models.Count("id"), most=models.Max("price")).order_by("n"))
    found["made"] = Product.objects.filter(made__year=2024).earliest("title").made.isoformat()
    found["got"] = [Maker.objects.get_or_create(name="second")[1], Maker.objects.update_or_create(name="third", defaults={"founded": 7})[1]]
    order = Order.objects.create()
    order.products.set(Product.objects.filter(price__lt=3))
    found["ordered"] = [order.number, order.products.count(), order.products.exclude(price=0).count()]
    found["refused"] = [refused(lambda: Maker.objects.create(name="second")),
                        refused(lambda: Product.objects.create(title="p1", maker=second)),
                        refused(lambda: Product.objects.create(title="cheap", maker=second, price=-1)),
                        refused(lambda: Product.objects.create(title=None, maker=second))]
    found["after"] = Product.objects.count()


def nest():
    try:
        with transaction.atomic():
            Maker.objects.create(name="rolled back")
            raise RuntimeError
    except RuntimeError:
        found["rolled back"] = Maker.objects.filter(name="rolled back").exists()
    with transaction.atomic():
        with transaction.atomic():
            Maker.objects.create(name="nested")
        found["nested"] = Maker.objects.filter(name="nested").count()


def administer():
    user = User.objects.create_superuser("root", "root@example.org", "secret")
    user.groups.add(Group.objects.create(name="staff"))
    store = SessionStore()
    store["user"] = user.pk
    store.save()
    found["user"] = [user.check_password("secret"), user.has_perm("shop.add_product"), user.groups.count(),
                     SessionStore(session_key=store.session_key)["user"] == user.pk]
    found["log"] = user.logentry_set.count()


def leave():
    with transaction.atomic():
        found["deleted"] = sorted(Maker.objects.filter(name="second").delete()[1].items())
    User.objects.all().delete()
    found["left"] = [Product.objects.count(), Order.objects.count(), User.objects.count()]
    Maker.objects.filter(founded=None).update(founded=2000)
    command("migrate", "shop", "0001", verbosity=0)
    found["back"] = {name: table for name, table in tables().items() if name.startswith("shop")}
    command("migrate", "shop", "zero", verbosity=0)
    found["gone"] = [name for name in tables() if name.startswith("shop")]


try:
    for step in (migrate, use, nest, administer, leave):
        step()
except DatabaseError as error:
    found["failure"] = f"{step.__name__}: {error}"
    if os.environ.get("TRACE"):
        raise
print(json.dumps(found, default=str, indent=1, sort_keys=True))
