from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_rows")]
    operations = [
        migrations.AddField("Product", "code", models.SlugField(default="none")),
        migrations.AlterField("Product", "weight", models.FloatField(default=1.0)),
        migrations.AddConstraint("Product", models.UniqueConstraint(fields=["maker", "title"], name="one_title_per_maker")),
        migrations.AddConstraint("Product", models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative")),
        migrations.AddIndex("Product", models.Index(fields=["code", "price"], name="by_code")),
    ]
