from django.db import migrations, models


def fill(apps, schema_editor):
    Maker, Product = apps.get_model("shop", "Maker"), apps.get_model("shop", "Product")
    maker = Maker.objects.create(name="first", founded=1999)
    Product.objects.create(title="from a migration", maker=maker, price=5)
    Product.objects.update(price=models.F("price") + 1)


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_changes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
