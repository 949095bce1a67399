import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Maker", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=40)),
            ("founded", models.PositiveSmallIntegerField()),
        ]),
        migrations.CreateModel("Product", [
            ("id", models.UUIDField(primary_key=True, serialize=False, default=uuid.uuid4)),
            ("name", models.CharField(max_length=100, db_index=True)),
            ("price", models.DecimalField(max_digits=8, decimal_places=2, default=0)),
            ("maker", models.ForeignKey("shop.Maker", models.CASCADE, related_name="products")),
            ("old", models.TextField(null=True)),
            ("weight", models.IntegerField(default=1)),
        ]),
        migrations.CreateModel("Order", [
            ("number", models.AutoField(primary_key=True, serialize=False)),
            ("products", models.ManyToManyField("shop.Product")),
            ("placed", models.DateField(auto_now_add=True)),
        ]),
    ]
