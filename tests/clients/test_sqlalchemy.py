"""SQLAlchemy's ORM, the same session on a real PostgreSQL and on ours: what its users see must be equal."""

import datetime
import decimal

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql


class Base(orm.DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(50))
    born: orm.Mapped[datetime.date | None]
    score: orm.Mapped[decimal.Decimal | None] = orm.mapped_column(sa.Numeric(8, 2))
    books: orm.Mapped[list["Book"]] = orm.relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "book"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    title: orm.Mapped[str] = orm.mapped_column(sa.Text, index=True)
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("author.id"))
    facts: orm.Mapped[dict | None] = orm.mapped_column(postgresql.JSONB)
    tags: orm.Mapped[list[str] | None] = orm.mapped_column(postgresql.ARRAY(sa.Text))
    author: orm.Mapped[Author] = orm.relationship(back_populates="books")


QUERIES = {
    "outer join": sa.select(Author.name, sa.func.count(Book.id)).outerjoin(Book).group_by(Author.id, Author.name).order_by(Author.id).limit(3),
    "subquery": sa.select(Book.title).where(Book.author_id.in_(sa.select(Author.id).where(Author.name == "Ann"))).order_by(Book.id),
    "json path": sa.select(Book.title).where(Book.facts["a"][0].as_integer() == 1),
    "json containment": sa.select(Book.title).where(Book.facts.contains({"a": [1]})),
    "json key": sa.select(Book.title).where(Book.facts.has_key("a")),
    "array containment": sa.select(Book.title).where(Book.tags.contains(["p"])),
    "array any": sa.select(Book.title).where(sa.literal("q") == sa.any_(Book.tags)),
    "array overlap": sa.select(Book.title).where(Book.tags.overlap(["q", "z"])),
    "escaped pattern": sa.select(Author.name).where(Author.name.icontains("AN", autoescape=True)),
    "window": sa.select(Author.id, sa.func.row_number().over(order_by=Author.id.desc())).order_by(Author.id).limit(2),
    "sum": sa.select(sa.func.sum(Author.score), sa.func.sum(Author.id)),
    "aggregates": sa.select(sa.func.array_agg(postgresql.aggregate_order_by(Book.title, Book.id)), sa.func.string_agg(Book.title, ",")),
    "exists": sa.select(sa.exists().where(Author.name == "Ann")),
    "lock": sa.select(Author.name).where(Author.id == 1).with_for_update(),
    "nulls last": sa.select(Author.id).order_by(Author.score.desc(), Author.id).limit(2),
}


def session_of(engine):
    """Everything that the session returned, in order."""
    seen = []
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        books = [Book(title="X", facts={"a": [1, 2]}, tags=["p", "q"]), Book(title="Y")]
        ann = Author(name="Ann", born=datetime.date(1984, 2, 29), score=decimal.Decimal("12.50"), books=books)
        session.add_all([ann, Author(name="Bob")])
        session.commit()
        seen.append((ann.id, [book.id for book in ann.books], ann.books[0].facts, ann.books[0].tags))
        ids = session.scalars(sa.insert(Author).returning(Author.id, sort_by_parameter_order=True), [{"name": f"n{i}"} for i in range(1500)]).all()
        seen.append((len(ids), ids == sorted(ids)))
        seen += [(name, session.execute(query).all()) for name, query in QUERIES.items()]
        loaded = session.scalars(sa.select(Author).options(orm.selectinload(Author.books)).order_by(Author.id).limit(2))
        seen.append([(author.name, [book.title for book in author.books]) for author in loaded])
        seen.append(sum(1 for _ in session.execute(sa.select(Author.id).execution_options(yield_per=400))))
        seen.append(session.execute(sa.update(Author).where(Author.id == 2).values(name=Author.name + "!").returning(Author.name)).all())
        seen.append(session.execute(sa.delete(Author).where(Author.id > 1400)).rowcount)
        session.commit()
    inspector = sa.inspect(engine)
    for table in ("author", "book"):
        columns = [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)]
        seen.append((columns, inspector.get_pk_constraint(table), inspector.get_foreign_keys(table), inspector.get_indexes(table)))
    Base.metadata.drop_all(engine)
    return seen


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_session(server, postgres, driver):
    theirs, ours = (session_of(sa.create_engine(f"postgresql+{driver}://{side.user}@{side.host}:{side.port}/{side.database}"))
                    for side in (postgres, server))
    for expected, seen in zip(theirs, ours, strict=True):
        assert seen == expected
