"""Creating and listing characters as the source documents would build it: FastAPI, SQLAlchemy's ORM, SQLite, one worker.

The same tables, the same settings of SQLite, the same answers as character-management-api without peers.
"""

import os
from datetime import datetime, timezone

import uvicorn
from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, create_engine, event, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Counter(Base):
    __tablename__ = "element_counters"
    element_type: Mapped[str] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger)
    last_number: Mapped[int] = mapped_column(BigInteger)


class Character(Base):
    __tablename__ = "characters"
    character_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    created_at: Mapped[str]
    updated_at: Mapped[str]
    sequence_number: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    description: Mapped[str]


class CharacterCreateRequest(BaseModel):
    name: str = Field(min_length=1, max_length=10_000)
    description: str = Field(max_length=10_000)


class CharacterResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True, alias_generator=to_camel, populate_by_name=True)
    character_id: int
    name: str
    description: str
    sequence_number: int
    created_at: str
    updated_at: str


file = os.path.join(os.environ.get("DATA_DIR", "."), "python.sqlite")
engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 5})
SessionLocal = sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine, "connect")
def set_pragmas(connection, _record):
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"pragma {pragma}")


def database():
    with SessionLocal() as session:
        yield session


app = FastAPI()


@app.get("/ready")
def ready():
    return {"status": "ready"}


@app.post("/characters", status_code=201, response_model=CharacterResponse)
def create_character(body: CharacterCreateRequest, session: Session = Depends(database)):
    session.connection().exec_driver_sql("begin immediate")
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    counted = session.execute(
        update(Counter)
        .where(Counter.element_type == "character")
        .values(last_id=Counter.last_id + 1, last_number=Counter.last_number + 1)
        .returning(Counter.last_id, Counter.last_number)
    ).one()
    character = Character(
        character_id=counted.last_id,
        sequence_number=counted.last_number,
        name=body.name,
        description=body.description,
        created_at=now,
        updated_at=now,
    )
    session.add(character)
    session.commit()
    return character


@app.get("/characters", response_model=list[CharacterResponse])
def list_characters(response: Response, limit: int = 100, offset: int = 0, session: Session = Depends(database)):
    total = session.scalar(select(func.count()).select_from(Character))
    response.headers["x-total-count"] = str(total)
    return session.scalars(select(Character).order_by(Character.character_id).limit(limit).offset(offset)).all()


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    with SessionLocal() as session:
        session.add(Counter(element_type="character", last_id=0, last_number=0))
        session.commit()
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8080")))
