from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AlterField("Maker", "name", models.CharField(max_length=80, unique=True)),
        migrations.AlterField("Maker", "founded", models.PositiveSmallIntegerField(null=True)),
        migrations.RenameField("Product", "name", "title"),
        migrations.AlterField("Product", "title", models.CharField(max_length=200, db_index=True)),
        migrations.AlterField("Product", "price", models.DecimalField(max_digits=10, decimal_places=2, default=0)),
        migrations.RemoveField("Product", "old"),
        migrations.AddField("Product", "tags", models.JSONField(default=dict)),
        migrations.AddField("Product", "made", models.DateTimeField(null=True)),
    ]
