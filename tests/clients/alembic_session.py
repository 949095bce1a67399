"""Alembic against the database of the environment: a schema made by a migration, which autogenerate must find to be what the metadata
says, changed by a second one, and taken back. Prints what it found, for comparison with what it finds on another server."""

import json
import os
import re

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

found = {}
url = sa.URL.create("postgresql+psycopg", os.environ["PGUSER"], host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]),
                    database=os.environ["PGDATABASE"])
engine = sa.create_engine(url)


def first_metadata():
    metadata = sa.MetaData()
    sa.Table("makers", metadata,
             sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
             sa.Column("name", sa.String(40), nullable=False),
             sa.Column("mood", sa.Enum("sad", "ok", name="mood")),
             sa.UniqueConstraint("name", name="uq_makers_name"),
             sa.CheckConstraint("id > 0", name="positive"),
             comment="who makes")
    sa.Table("products", metadata,
             sa.Column("id", sa.BigInteger, primary_key=True),
             sa.Column("maker_id", sa.Integer, sa.ForeignKey("makers.id", name="fk_products_maker"), nullable=False),
             sa.Column("title", sa.String(100), nullable=False, server_default="none"),
             sa.Column("price", sa.Numeric(10, 2)),
             sa.Column("made", sa.DateTime(timezone=True), server_default=sa.text("now()")),
             sa.Column("tags", sa.ARRAY(sa.String(10))),
             sa.Column("data", sa.dialects.postgresql.JSONB),
             sa.Column("old", sa.Text, comment="to be dropped"),
             sa.Index("ix_products_title", "title"),
             sa.Index("ix_products_two", "maker_id", "price", unique=True))
    return metadata


def second_metadata():
    metadata = sa.MetaData()
    sa.Table("makers", metadata,
             sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
             sa.Column("full_name", sa.String(80)),
             sa.Column("mood", sa.Enum("sad", "ok", name="mood")),
             sa.Column("founded", sa.Date, nullable=False, server_default=sa.text("'2000-01-01'::date")),
             sa.CheckConstraint("id > 0", name="positive"),
             comment="who makes things")
    sa.Table("goods", metadata,
             sa.Column("id", sa.BigInteger, primary_key=True),
             sa.Column("maker_id", sa.Integer, sa.ForeignKey("makers.id", name="fk_goods_maker"), nullable=False),
             sa.Column("title", sa.String(200), nullable=False, server_default="none"),
             sa.Column("price", sa.Numeric(12, 3), nullable=False),
             sa.Column("made", sa.DateTime(timezone=True), server_default=sa.text("now()")),
             sa.Column("tags", sa.ARRAY(sa.String(10))),
             sa.Column("data", sa.dialects.postgresql.JSONB),
             sa.UniqueConstraint("title", "maker_id", name="uq_goods"),
             sa.Index("ix_goods_title", "title"))
    return metadata


def upgrade(op):
    op.alter_column("makers", "name", new_column_name="full_name", type_=sa.String(80), existing_type=sa.String(40), nullable=True)
    op.drop_constraint("uq_makers_name", "makers")
    op.add_column("makers", sa.Column("founded", sa.Date, nullable=False, server_default=sa.text("'2000-01-01'::date")))
    op.create_table_comment("makers", "who makes things")
    op.drop_index("ix_products_two", "products")
    op.drop_index("ix_products_title", "products")
    op.drop_constraint("fk_products_maker", "products")
    op.drop_column("products", "old")
    op.rename_table("products", "goods")
    op.alter_column("goods", "title", type_=sa.String(200), existing_type=sa.String(100), existing_nullable=False)
    op.execute("UPDATE goods SET price = 0 WHERE price IS NULL")
    op.alter_column("goods", "price", type_=sa.Numeric(12, 3), existing_type=sa.Numeric(10, 2), nullable=False)
    op.create_unique_constraint("uq_goods", "goods", ["title", "maker_id"])
    op.create_foreign_key("fk_goods_maker", "goods", "makers", ["maker_id"], ["id"])
    op.create_index("ix_goods_title", "goods", ["title"])


def downgrade(op):
    op.drop_index("ix_goods_title", "goods")
    op.drop_constraint("fk_goods_maker", "goods")
    op.drop_constraint("uq_goods", "goods")
    op.alter_column("goods", "price", type_=sa.Numeric(10, 2), existing_type=sa.Numeric(12, 3), nullable=True)
    op.alter_column("goods", "title", type_=sa.String(100), existing_type=sa.String(200), existing_nullable=False)
    op.rename_table("goods", "products")
    op.add_column("products", sa.Column("old", sa.Text, comment="to be dropped"))
    op.create_foreign_key("fk_products_maker", "products", "makers", ["maker_id"], ["id"])
    op.create_index("ix_products_title", "products", ["title"])
    op.create_index("ix_products_two", "products", ["maker_id", "price"], unique=True)
    op.create_table_comment("makers", "who makes")
    op.drop_column("makers", "founded")
    op.alter_column("makers", "full_name", new_column_name="name", type_=sa.String(40), existing_type=sa.String(80), nullable=False)
    op.create_unique_constraint("uq_makers_name", "makers", ["name"])


def differences(metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [re.sub(" object at 0x[0-9a-f]+", "", str(difference)) for difference in compare_metadata(context, metadata)]


def change(step):
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)) as op:
            step(op)


def reflected():
    inspector = sa.inspect(engine)
    facts = {}
    for table in sorted(inspector.get_table_names()):
        columns = [{**column, "type": repr(column["type"])} for column in inspector.get_columns(table)]
        facts[table] = {"columns": columns, "key": inspector.get_pk_constraint(table), "foreign": inspector.get_foreign_keys(table),
                        "unique": sorted(inspector.get_unique_constraints(table), key=str), "checks": inspector.get_check_constraints(table),
                        "indexes": sorted(inspector.get_indexes(table), key=str), "comment": inspector.get_table_comment(table)}
    return facts


first, second = first_metadata(), second_metadata()
try:
    first.create_all(engine)
    found["after create"] = differences(first)
    found["to be changed"] = sorted(differences(second))
    with engine.begin() as connection:
        connection.execute(sa.insert(first.tables["makers"]), [{"name": "a", "mood": "ok"}, {"name": "b", "mood": None}])
        connection.execute(sa.insert(first.tables["products"]), [{"id": n, "maker_id": 1 + n % 2, "title": f"t{n}", "price": n, "tags": ["x"],
                                                                  "data": {"n": n}} for n in range(4)])
    found["first"] = reflected()
    change(upgrade)
    found["after upgrade"] = differences(second)
    found["second"] = reflected()
    with engine.begin() as connection:
        found["rows"] = [list(row) for row in connection.execute(sa.text("SELECT id, maker_id, title, price, tags, data FROM goods ORDER BY id"))]
    change(downgrade)
    found["after downgrade"] = differences(first)
    first.drop_all(engine)
    found["left"] = sa.inspect(engine).get_table_names()
except sa.exc.SQLAlchemyError as error:
    found["failure"] = str(error)
print(json.dumps(found, default=str, indent=1, sort_keys=True))
