"""Invented names of people and companies. Any likeness to real ones is chance."""

import numpy as np

from afteraction.simulate.arrays import Ints

FIRST = (
    "Aaron", "Adele", "Aisha", "Amara", "Andrea", "Anna", "Bela", "Boris", "Carla", "Chiara", "Claire",
    "Clemens", "Dana", "David", "Edda", "Elias", "Emil", "Eva", "Farid", "Fiona", "Greta", "Hanna", "Henrik",
    "Ines", "Ivan", "Jana", "Jonas", "Julia", "Kamal", "Karin", "Lars", "Lea", "Leila", "Lukas", "Magda",
    "Marco", "Marie", "Mateo", "Mila", "Nadia", "Nils", "Nora", "Olga", "Oscar", "Paula", "Pavel", "Petra",
    "Rosa", "Samir", "Sara", "Selma", "Simon", "Sofia", "Tara", "Theo", "Tomas", "Ulla", "Vera", "Viktor",
    "Yara",
)  # fmt: skip
LAST = (
    "Adler", "Alves", "Bakker", "Becker", "Bianchi", "Brandt", "Castro", "Conti", "Costa", "Dahl", "Davies",
    "Duarte", "Egger", "Engel", "Farkas", "Fischer", "Fontana", "Garcia", "Gruber", "Haas", "Hansen", "Horvat",
    "Ivanova", "Jansen", "Keller", "Khan", "Kovacs", "Kraus", "Lang", "Larsen", "Lindner", "Lopes", "Maier",
    "Marino", "Moser", "Nagy", "Novak", "Nyberg", "Olsen", "Ortega", "Petrov", "Pohl", "Ramos", "Reiter",
    "Ricci", "Roth", "Santos", "Schuster", "Silva", "Sommer", "Steiner", "Stolz", "Toth", "Vidal", "Vogel",
    "Wagner", "Weiss", "Winter", "Wolf", "Zeller",
)  # fmt: skip
COMPANY_CORE = (
    "Albin", "Amber", "Arbor", "Argent", "Aster", "Aurel", "Balder", "Basalt", "Birken", "Boreal", "Calder",
    "Cedrus", "Cinder", "Cobalt", "Corvin", "Delphin", "Drossel", "Elster", "Ember", "Falken", "Fjord",
    "Forell", "Garnet", "Glimmer", "Granat", "Halden", "Harrow", "Hollen", "Ibis", "Indigo", "Juniper",
    "Kestrel", "Kiesel", "Lantern", "Larken", "Linden", "Lumen", "Marlin", "Merle", "Mistral", "Nordal",
    "Ocker", "Onyx", "Orrin", "Ostara", "Pelion", "Quarz", "Raven", "Rowan", "Saffron", "Sorrel", "Tallin",
    "Tamar", "Tulin", "Umbra", "Veldt", "Vireo", "Willow", "Yarrow", "Zephyr",
)  # fmt: skip
COMPANY_PART = (
    "berg", "bridge", "brook", "crest", "dale", "field", "gate", "grove", "hafen", "lake", "mark", "mont",
    "point", "ridge", "shore", "stadt", "stone", "vale", "view", "wick",
)  # fmt: skip
COMPANY_KIND = (
    "Analytics", "Foods", "Group", "Health", "Industries", "Insurance", "Labs", "Logistics", "Media",
    "Mobility", "Networks", "Partners", "Pharma", "Retail", "Software", "Systems",
)  # fmt: skip
BUYER_ROLES = (
    "Head of Operations", "Chief Financial Officer", "IT Manager", "Head of Purchasing", "Chief Executive",
    "Analyst",
)  # fmt: skip
PUBLISHERS = (
    "Business Ledger", "The Trade Post", "Industry Weekly", "Company newsroom", "Regional Gazette",
)  # fmt: skip


def unique_people(count: int, rng: np.random.Generator) -> list[str]:
    """Full names, no two alike: first and last names in a random pairing, numbered on when they run out."""
    pairs = len(FIRST) * len(LAST)
    names = []
    for position in range(0, count, pairs):
        suffix = "" if position == 0 else f" {position // pairs + 1}"
        names += [f"{FIRST[n % len(FIRST)]} {LAST[n // len(FIRST)]}{suffix}" for n in rng.permutation(pairs)]
    return names[:count]


def company_parts(numbers: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Which core, part and kind name the company of a number, and how often that name was given before.

    Neighbouring numbers get unlike names: they are scattered by a factor that is coprime to the number of names.
    """
    count = len(COMPANY_CORE) * len(COMPANY_PART) * len(COMPANY_KIND)
    scattered = (numbers % count) * 7_919 % count
    kind, rest = scattered % len(COMPANY_KIND), scattered // len(COMPANY_KIND)
    return rest % len(COMPANY_CORE), rest // len(COMPANY_CORE), kind, numbers // count
