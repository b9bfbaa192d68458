"""Who works at a site of the demo plant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from google.protobuf.message import Message
from steward.maintenance.v1 import person_pb2, team_pb2

from services.maintenance.demo.plant import Craft, Crew
from services.maintenance.demo.scene import Scene, record

_LEFT_AGO = timedelta(days=400)
"""How long those who have left have been gone."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A team and its people."""

    team: team_pb2.Team
    people: tuple[person_pb2.Person, ...]
    now: datetime

    def somebody(self, rng: Random, when: datetime) -> person_pb2.Person:
        """Somebody of the team who is there at a time."""
        everybody = when < self.now - _LEFT_AGO
        return rng.choice([person for person in self.people if everybody or not person.inactive])

    def messages(self) -> Iterator[Message]:
        """Its resources."""
        yield self.team
        yield from self.people


def staff_of(scene: Scene, site: str) -> Mapping[Craft, Staff]:
    """The teams of a site."""
    return {craft: _staff(scene, site, craft, crew) for craft, crew in scene.site.teams.items()}


def _staff(scene: Scene, site: str, craft: Craft, crew: Crew) -> Staff:
    team = team_pb2.Team(
        **record(f"teams/{scene.id(craft)}", scene.begin),
        display_name=crew.name,
        site=site,
        description=crew.description,
    )
    people = tuple(_person(scene, team.name, crew, name) for name in (*crew.people, *crew.left))
    return Staff(team, people, scene.now)


def _person(scene: Scene, team: str, crew: Crew, name: str) -> person_pb2.Person:
    rng, plain = scene.random("person", name), _ascii(name)
    return person_pb2.Person(
        **record(f"people/{scene.id(plain.replace(' ', '-'))}", scene.begin),
        display_name=name,
        email=f"{plain.replace(' ', '.')}@example.com",
        team=team,
        skills=sorted(rng.sample(crew.skills, rng.randint(1, len(crew.skills)))),
        hourly_cost=scene.money(crew.hourly * rng.uniform(0.9, 1.15)),
        inactive=name in crew.left,
    )


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
