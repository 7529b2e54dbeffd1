"""Write a realistic supplier's CSV of any length, from a seed. Independent of the rest of the application.

A product is a pure function of the seed and its number, so a duplicate can repeat any earlier product, and the
same file can be written with some products changed, without a memory of what was written.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import BinaryIO, TextIO, cast

import numpy as np
from numpy.typing import NDArray

SEED = 20261124
BLOCK = 10_000  # rows made at once
DUPLICATES = 7  # rows in a hundred that repeat the SKU of an earlier one
OTHER_CASE = 70  # duplicates in a hundred whose SKU is written in another case
MULTI_LINE = 60  # descriptions in a hundred that have line breaks
ONE_LINE = 37  # descriptions in a hundred of one line; the others are empty


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")]


BRANDS = tuple(
    tuple(brand.split("/"))
    for brand in _listed(
        "Aldermark/ALD; Bergholt/BGH; Brightwell/BRW; Calderstone/CLD; Corvane/CRV; Dunmore/DNM; Eastfield/EFD; "
        "Ferrolux/FRX; Fjällby/FJB; Granvik/GRV; Halden/HLD; Hearthway/HRT; Ironbridge/IRB; Jasper & Finn/JSF; "
        "Kestrel/KST; Königsbach/KÖN; Larkhill/LRK; Lindqvist/LDQ; Lumora/LMR; Maison Céleste/MCÉ; Marlowe/MRL; "
        "Norrland/NRL; Northgate/NGT; Oakhurst/OKH; Pemberton/PMB; Pinecrest/pcr; Quillfeather/QLF; Ravensworth/RVN; "
        "Rockport/RKP; Saltmarsh/SLT; São Bento/SBT; Silverlake/SVL; Stonebrook/STB; Tavira/tav; Thornbury/THB; "
        "Umbra Nova/UMN; Valmont/VLM; Westerly/WST; Żuraw/ŻUR"
    )
)
SERIES = _listed(
    "Classic; Pro; Compact; Studio; Heritage; Active; Urban; Nordic; Plus; Eco; Premium; Basic; Signature; Traveller; "
    "Junior; Max; Lite; Duo; Origin; Coast; Alpine; Metro; Atelier; Garden; Workshop; Everyday"
)
COLOURS = _listed("BLK; WHT; RED; NVY; GRN; GRY; OAK; SLV; BRS; SND; TEA; CRM")
# Spellings of a SKU; the first row of a product has the first one.
SPELLINGS = (str, str.lower, str.title, str.swapcase)


@dataclass(frozen=True)
class Family:
    """A family of products: kinds with their codes, materials, sizes, and texts for descriptions."""

    kinds: str
    materials: str
    sizes: str
    uses: str
    features: str


# Lists are separated by semicolons; a kind is its name and its code.
FAMILIES = (
    Family(
        "dining chair/DCH; side table/STB; bookcase/BKC; bar stool/BST; chest of drawers/COD; coat rack/CTR; "
        "desk/DSK; bench/BNC",
        "oak; walnut; beech; birch plywood; powder-coated steel; bamboo; ash; reclaimed pine",
        '45 x 45 x 90 cm; 60 × 40 cm; 120 × 60 × 75 cm; 80 cm; 180 cm; 24" wide; small; large',
        "a hallway that has to do more than one thing; the kitchen table and everything that happens around it; "
        "a study with little room",
        "Solid top, oiled by hand; Arrives flat-packed, all screws included; Felt pads protect the floor; "
        "Carries up to 120 kg; Mortise and tenon joints, no visible screws; Wipe clean with a damp cloth, then dry",
    ),
    Family(
        "cordless drill/DRL; claw hammer/HMR; socket set/SKT; spirit level/LVL; hand saw/SAW; wood chisel/CHS; "
        "bench vice/VIC; tape measure/TPM",
        "chrome vanadium; forged steel; fibreglass; hardened steel; aluminium; high-carbon steel",
        '1/2" drive; 18 V; 300 mm; 3/8"; 600 mm; 5 m; 16 oz; 0.75 kg',
        "the workshop, the van and the building site; jobs at home that are to be done once and properly; trade users",
        "Soft-grip handle, safe when wet; Hardened to 58 HRC; Comes in a fitted case, foam inlay; "
        'Meets EN 60900 (1,000 V); Fits 1/4" and 3/8" bits; Ten-year guarantee on parts',
    ),
    Family(
        "frying pan/FRP; saucepan/SCP; chef's knife/KNF; mixing bowl/MXB; teapot/TPT; cutting board/CTB; "
        "baking tin/BKT; carafe/CRF",
        "cast iron; stainless steel; enamelled steel; stoneware; copper; borosilicate glass; olive wood; porcelain",
        '24 cm; 28 cm; 1.5 l; 3 l; 20 × 30 cm; 8"; set of 2; set of 6',
        "gas, ceramic and induction hobs; slow Sunday cooking, and the quick supper too; café and crème brûlée alike",
        "Oven-safe to 240 °C; Dishwasher-safe, though hand washing is kinder; Riveted handle, stays cool; "
        "Free of PFOA, lead and cadmium; Pours without a drip; Graduated in ml, cups and fl oz",
    ),
    Family(
        "crew-neck jumper/JMP; rain jacket/RJK; walking sock/SCK; work shirt/WSH; T-shirt/TSH; beanie/BNE; "
        "fleece/FLC; scarf/SCF",
        "merino; organic cotton; recycled polyester; linen; lambswool; waxed cotton; alpaca",
        'XS; S; M; L; XL; XXL; EU 38; 32" leg',
        "wet mornings and long walks; every day, and the day after; layering, from October to April",
        "Taped seams, two-way zip; Wash at 30 °C, inside out, do not tumble dry; True to size, with room for a layer; "
        "Mulesing-free wool, spun in Italy; Two chest pockets, one with a flap; "
        'The "Original" cut, unchanged since 1984',
    ),
    Family(
        "desk lamp/DLP; pendant/PND; wall light/WLT; LED bulb/LED; floor lamp/FLP; lantern/LNT; spotlight/SPT; "
        "string light/STR",
        "brass; opal glass; matt black; brushed nickel; linen shade; smoked glass; concrete",
        'E27; E14; GU10, 5 W; 40 cm; Ø 35 cm; 2 m cord; 806 lm; 4"',
        "reading corners; a table for six, and the people at it; stairs, porches and paths",
        "Dimmable, 2,700 K warm white; IP44, suits bathrooms; Replaceable bulb, E27 (max. 40 W); "
        "Cable 1.8 m, with a switch; Energy class A; Ceiling rose Ø 12 cm, all fixings included",
    ),
    Family(
        "sleeping bag/SLB; trekking pole/TRP; water bottle/WBT; dry bag/DRB; camping stove/CMS; headlamp/HDL; "
        "rucksack/RCK; hammock/HMK",
        "ripstop nylon; 7075 aluminium; titanium; carbon; BPA-free Tritan; canvas; recycled PET",
        "750 ml; 20 l; 45 l; 110-130 cm; regular; long; 1 l; two-person",
        "the hut-to-hut week; wild camping, bikepacking, canoe trips; school runs and summits",
        "Comfort limit -4 °C; Weighs 480 g, packs to 12 × 25 cm; Repair kit included, spares for ten years; "
        "Roll-top closure, welded seams; Bluesign® approved fabric; Works with gas canisters to EN 417",
    ),
    Family(
        "notebook/NTB; fountain pen/FPN; ring binder/RBD; desk tray/DTR; pencil case/PCC; sketch pad/SKP; "
        "letter opener/LOP; wall planner/WPL",
        "recycled paper; leather; linen-bound; anodised aluminium; kraft board; cork; acid-free paper",
        'A4; A5; A3; dotted; ruled; medium nib; pack of 10; 8½ × 11"',
        "lists, drafts and second thoughts; the office, the studio and the naïve beginner; "
        "anyone who still writes by hand",
        '90 g/m², no bleed-through; Opens flat, thread-sewn; Refills: type "G2", any maker; FSC-certified, vegan glue; '
        "192 numbered pages, two ribbons; Made in Łódź, packed without plastic",
    ),
)
OPENINGS = (
    "A {kind} in {material}, made for {use}.",
    "Our best-selling {kind}: {material}, plain and well made, for {use}.",
    "Made of {material} and meant to last, this {kind} is at home with {use}.",
    "The {kind} that our buyers took home themselves: {material}, honest, made for {use}.",
)
CLOSINGS = (
    "Delivered in 3 to 5 days, free from 50 €.",
    "Ask for volume prices from 25 pieces.",
    "Replaces the model of last year; parts fit both.",
    "Please note: colours vary a little, as the material does.",
    "Two-year guarantee. Spare parts on request.",
)


@dataclass(frozen=True)
class Thing:
    """A kind in one material and size, as text for the CSV without brand and features."""

    code: str
    quote: str  # a quote if the name must be quoted, else empty
    title: str
    openings: tuple[str, ...]
    features: tuple[str, ...]


def _escaped(text: str) -> str:
    return text.replace('"', '""')


def _things() -> Iterator[Thing]:
    """All kinds in all materials and sizes."""
    for family in FAMILIES:
        features = tuple(_escaped(feature) for feature in _listed(family.features))
        uses = _listed(family.uses)
        for kind, material, size in product(_listed(family.kinds), _listed(family.materials), _listed(family.sizes)):
            name, code = kind.split("/")
            title = f"{name}, {material}, {size}" if "," not in size else f"{name} {material} ({size})"
            openings = tuple(
                _escaped(opening.format(kind=name, material=material, use=use))
                for opening, use in product(OPENINGS, uses)
            )
            yield Thing(code, '"' if set(title) & set(',"') else "", _escaped(title), openings, features)


def write(stream: BinaryIO | TextIO, n: int, seed: int = SEED, *, changed: float = 0) -> None:
    """Write a header and `n` rows of `name,sku,description`: about 265 bytes a row, the same for the same arguments.

    `changed` is the share (0 to 1) of the products that have another name or description than with `changed=0`.
    A text stream must have been opened with `newline=""`.
    """
    if isinstance(stream, io.TextIOBase):
        for block in blocks(n, seed, changed=changed):
            stream.write(block)
        return
    for block in blocks(n, seed, changed=changed):
        cast(BinaryIO, stream).write(block.encode())


def blocks(n: int, seed: int = SEED, *, changed: float = 0) -> Iterator[str]:
    """The text that `write` writes, in pieces."""
    things = list(_things())
    yield "name,sku,description\n"
    for start in range(0, n, BLOCK):
        yield "".join(_rows(things, np.arange(start, min(start + BLOCK, n), dtype=np.uint64), seed, changed))


def _rows(things: Sequence[Thing], rows: NDArray[np.uint64], seed: int, changed: float) -> Iterator[str]:
    """The records of these rows."""
    repeated = (rows + 1) * DUPLICATES // 100 > rows * DUPLICATES // 100
    earlier = rows - rows * DUPLICATES // 100  # products before this row
    chance = _mixed(rows, seed, 1)
    numbers = np.where(repeated, chance % np.maximum(earlier, 1), earlier)
    spelling = np.where(repeated & (chance // 2**40 % 100 < OTHER_CASE), 1 + chance // 2**50 % len(SPELLINGS[1:]), 0)
    bits = _mixed(numbers, seed, 2)
    renewed = (_mixed(numbers, seed, 3) >> np.uint64(11)) / 2**53 < changed
    # A repeated row is a later correction: the same product, described again.
    texts = np.where(repeated, chance, _mixed(numbers, seed, 4))
    return map(
        _record,
        map(things.__getitem__, (bits % len(things)).tolist()),
        numbers.tolist(),
        bits.tolist(),
        texts.tolist(),
        renewed.tolist(),
        spelling.tolist(),
    )


def _mixed(numbers: NDArray[np.uint64], seed: int, use: int) -> NDArray[np.uint64]:
    """A pseudo-random number of 64 bits for each of `numbers`, different for each use (splitmix64)."""
    stream = np.uint64((8 * seed + use) * 0xD1B54A32D192ED03 % 2**64)
    z = numbers * np.uint64(0x9E3779B97F4A7C15) + stream
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _record(thing: Thing, number: int, bits: int, texts: int, renewed: bool, spelling: int) -> str:
    """One record: `bits` choose the product, `texts` its description."""
    brand, brand_code = BRANDS[(bits >> 16) % len(BRANDS)]
    series, colour = (SERIES[(bits >> 24) % len(SERIES)], COLOURS[(bits >> 32) % len(COLOURS)])
    sku = SPELLINGS[spelling](f"{brand_code}-{thing.code}-{number * 48_271 % 99_999_989:08}-{colour}")
    new_name, new_text = renewed and bits >> 63 == 0, renewed and bits >> 63 == 1
    name = f"{brand} {series} {thing.title}{' (new)' if new_name else ''}"
    return f"{thing.quote}{name}{thing.quote},{sku},{_description(thing, texts, new_text)}\n"


def _description(thing: Thing, texts: int, new: bool) -> str:
    """A description: mostly several lines, sometimes one, seldom empty."""
    kind = texts % 100
    first = thing.openings[(texts >> 8) % len(thing.openings)]
    season = " Updated for the new season." if new else ""
    if kind < MULTI_LINE:
        at = (texts >> 16) % len(thing.features)
        one, two, three = (thing.features + thing.features)[at : at + 3]
        last = CLOSINGS[(texts >> 24) % len(CLOSINGS)]
        return f'"{first}\n\n- {one}\n- {two}\n- {three}\n\n{last}{season}"'
    if kind < MULTI_LINE + ONE_LINE or new:
        feature = thing.features[(texts >> 16) % len(thing.features)]
        return f'"{first} {feature}.{season}"'
    return ""
