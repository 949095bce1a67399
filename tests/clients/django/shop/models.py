"""The models as they are after the last migration."""

import uuid

from django.db import models


class Maker(models.Model):
    name = models.CharField(max_length=80, unique=True)
    founded = models.PositiveSmallIntegerField(null=True)


class Product(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=200, db_index=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    maker = models.ForeignKey(Maker, on_delete=models.CASCADE, related_name="products")
    tags = models.JSONField(default=dict)
    made = models.DateTimeField(null=True)
    code = models.SlugField(default="none")
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["maker", "title"], name="one_title_per_maker"),
                       models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative")]
        indexes = [models.Index(fields=["code", "price"], name="by_code")]


class Order(models.Model):
    number = models.AutoField(primary_key=True)
    products = models.ManyToManyField(Product)
    placed = models.DateField(auto_now_add=True)
