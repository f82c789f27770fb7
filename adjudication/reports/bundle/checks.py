"""What the signed file of a case is checked for, once its signature holds: that everything in it hangs together.

The words, exhibits, rulings and money are compared with the journal, and the journal with itself. Each check says in a
sentence what holds; the first that does not raises `NotSound`. It is written so that a stranger can read it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from adjudication.journal.chain import digest, link
from adjudication.reports.bundle import form
from adjudication.reports.bundle.archive import Archive, NotSound

#: No data file of a case comes near it.
MOST_DATA_BYTES = 64 * 2**20
#: The columns of a frozen list of exhibits, as the journal writes it (adjudication/procedure/manifest.py).
FROZEN = ("label", "id", "by", "kind", "filed_at", "size_bytes", "sha256", "words_sha256")


class Contents:
    """The data files of one case, read once."""

    def __init__(self, archive: Archive, manifest: dict[str, Any]) -> None:
        """Take the file, whose manifest has been found signed."""
        self.archive, self.manifest = archive, manifest
        self.data: dict[str, Any] = {name: read_json(archive, name) for name in form.DATA}
        self.case = self.data[form.CASE]
        self.events = self._events(form.JOURNAL)
        self.order_events = self._events(form.ORDER_JOURNAL)
        self.by_kind: dict[str, list[dict[str, Any]]] = {}
        for event in self.events:
            self.by_kind.setdefault(event["kind"], []).append(event)

    def _events(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(event["body"]) for event in self.data[name]]

    def facts(self, *kinds: str) -> list[dict[str, Any]]:
        """What the events of these kinds say, the first first."""
        return [event["facts"] for event in self.events if event["kind"] in kinds]


def read_json(archive: Archive, name: str) -> Any:
    """A member as JSON.

    Raises:
        NotSound: it is none.

    """
    try:
        return json.loads(archive.read(name, most=MOST_DATA_BYTES).decode())
    except (ValueError, RecursionError) as error:
        raise NotSound(f"{name} is not JSON.") from error


def checks() -> tuple[Callable[[Contents], str], ...]:
    """Every check, in the order in which they are told."""
    return (journal, order_journal, claim, words, exhibits, frozen_lists, rulings, ledger)


def journal(contents: Contents) -> str:
    """The case's own events, from the first on."""
    return _chain(contents, form.JOURNAL, "case", contents.events, contents.manifest["case"])


def order_journal(contents: Contents) -> str:
    """The events of its order."""
    number = contents.data[form.ORDER]["order_number"]
    return _chain(contents, form.ORDER_JOURNAL, "order", contents.order_events, number)


def _chain(contents: Contents, name: str, matter: str, bodies: list[dict[str, Any]], number: str) -> str:
    head = b""
    for place, (event, body) in enumerate(zip(contents.data[name], bodies, strict=True), start=1):
        if body["sequence"] != place or event["sequence"] != place or body[matter] != number:
            raise NotSound(f"{name}: event {place} is missing, or another's stands in its place.")
        head = link(head, event["body"])
        if head.hex() != event["hash"]:
            raise NotSound(f"{name}: the hash of event {place} is not that of the events before it and its own words.")
    told = contents.manifest["journal"][matter]
    if told != {"sequence": len(bodies), "hash": head.hex()}:
        raise NotSound(f"{name} does not end where the manifest says: events are missing at its end, or were added.")
    return f"The journal of the {matter}: events 1 to {len(bodies)}, each hash over the one before; head {head.hex()}."


def claim(contents: Contents) -> str:
    """What was asked for, and how it ended."""
    case, (asked,) = contents.case, contents.facts("case.requested")
    said = {name: case[name] for name in ("reason", "remedy", "amount_minor", "currency", "lines", "policy_version")}
    if said != {name: asked[name] for name in said} or asked["order"] != contents.data[form.ORDER]["order_number"]:
        raise NotSound(f"{form.CASE} does not say what the journal says was asked for.")
    ended = [facts["outcome"] for facts in contents.facts("case.closed")]
    if ended != ([case["outcome"]] if case["outcome"] else []) or case["number"] != contents.manifest["case"]:
        raise NotSound(f"{form.CASE} does not say what the journal says of how the case ended.")
    if contents.data[form.POLICY]["version"] != case["policy_version"]:
        raise NotSound(f"{form.POLICY} is of another version than the case is heard by.")
    return "What was asked for, and the outcome, are those of the journal."


def words(contents: Contents) -> str:
    """Every word of people beside the journal has the hash that the journal keeps of it."""
    said = erased = 0
    for told, text, what in _said(contents):
        if digest(text) == told:
            said += 1
        elif text == "":
            erased += 1
        else:
            raise NotSound(f"{what}: these are not the words that the journal keeps the hash of.")
    beside = f"; of {erased} the words have been erased, and their hashes stay" if erased else ""
    return f"Words of the parties and the platform: {said} have the hash that the journal keeps{beside}."


def _said(contents: Contents) -> Iterator[tuple[str, str, str]]:
    case = contents.case
    for facts in contents.facts("case.requested"):
        yield facts["statement_sha256"], case["statement"], "The buyer's statement"
    for facts in contents.facts("case.rejected"):
        yield facts["text_sha256"], case["rejection_text"], "The seller's refusal"
    for facts in contents.facts("case.intervened"):
        yield facts["text_sha256"], case["intervention_text"], "What the buyer told the platform"
    for facts in contents.facts("case.appealed", "return.disputed")[-1:]:  # of earlier ones the hash alone is kept
        yield facts.get("grounds_sha256") or facts["text_sha256"], case["grounds"], "The grounds"
    offers = {offer["id"]: offer for offer in contents.data[form.OFFERS]}
    made = contents.facts("offer.made")
    if [facts["offer"] for facts in made] != list(offers):
        raise NotSound(f"{form.OFFERS} does not hold the offers that the journal tells of.")
    for facts in made:
        yield facts["text_sha256"], offers[facts["offer"]]["text"], "An offer"
    inquiries = {inquiry["id"]: inquiry for inquiry in contents.data[form.INQUIRIES]}
    for facts in contents.facts("inquiry.made"):
        yield facts["text_sha256"], inquiries[facts["inquiry"]]["text"], "An inquiry"
    for event in contents.by_kind.get("inquiry.answered", []):
        asked = inquiries[event["facts"]["inquiry"]]["asked"]
        reply = next(asking["reply"] for asking in asked if asking["side"] == event["by"]["role"])
        yield event["facts"]["text_sha256"], reply, "A reply"


def exhibits(contents: Contents) -> str:
    """Every exhibit is the one that was filed, and there is none that was not; each file has its receipt."""
    on_file, filed = contents.data[form.EXHIBITS], contents.facts("exhibit.filed")
    lacking = {each["exhibit"]: each for each in contents.manifest["not_whole"]}
    if [exhibit["id"] for exhibit in on_file] != [facts["exhibit"] for facts in filed]:
        raise NotSound(f"{form.EXHIBITS} does not hold the exhibits that the journal says were filed.")
    files = {file["name"]: file for file in contents.manifest["files"]}
    named, with_file = {name for name in files if name.startswith(form.FILES)}, 0
    for exhibit, facts in zip(on_file, filed, strict=True):
        file = exhibit["file"] or {"sha256": "", "size_bytes": 0}
        said = [exhibit[name] for name in ("label", "kind", "is_admissible")], words_sha256(exhibit)
        told = [facts[name] for name in ("label", "kind", "is_admissible")], facts["words_sha256"]
        if said != told or [file["sha256"], file["size_bytes"]] != [facts["file_sha256"], facts["size_bytes"]]:
            raise NotSound(f"Exhibit {exhibit['label']} is not as it was filed.")
        if not exhibit["file"]:
            continue
        if exhibit["label"] in lacking:
            if file["name"] is not None:
                raise NotSound(f"Exhibit {exhibit['label']} is said to lack its file, and has one.")
            continue
        member = files.get(file["name"], {})
        if (member.get("sha256"), member.get("size_bytes")) != (file["sha256"], file["size_bytes"]):
            raise NotSound(f"The file of exhibit {exhibit['label']} is not the one that was filed.")
        named.discard(file["name"])
        with_file += 1
    if named:
        raise NotSound(f"{min(named)} belongs to no exhibit.")
    return f"Exhibits: {len(on_file)} as they were filed, {with_file} of them with their files, byte for byte."


def words_sha256(exhibit: dict[str, Any]) -> str:
    """SHA-256 of canonical JSON of [title, text], with what it is said to prove as third."""
    return digest([exhibit["title"], exhibit["text"], *([exhibit["facts"]] if exhibit["facts"] else [])])


def frozen_lists(contents: Contents) -> str:
    """The lists frozen when evidence closed and with each ruling name the same exhibits as the file."""
    by_id = {exhibit["id"]: exhibit for exhibit in contents.data[form.EXHIBITS]}
    lists = [
        facts["manifest"] for facts in contents.facts("case.evidence_closed", "ruling.issued") if "manifest" in facts
    ]
    for entry in (dict(zip(FROZEN, entry, strict=True)) for each in lists for entry in each):
        exhibit = by_id.get(entry["id"], {})
        file = exhibit.get("file") or {"sha256": "", "size_bytes": 0}
        said = {**exhibit, **file, "words_sha256": words_sha256(exhibit)} if exhibit else {}
        if {name: said.get(name) for name in FROZEN} != entry:
            raise NotSound(f"Exhibit {entry['label']} is not what was before those who ruled.")
    return f"Lists of exhibits frozen while the case was heard: {len(lists)}, and each fits the exhibits."


def rulings(contents: Contents) -> str:
    """Each ruling, with every finding, has the digest that was journalled when it was issued."""
    issued, given = contents.facts("ruling.issued"), contents.data[form.RULINGS]
    if [ruling["id"] for ruling in given] != [facts["ruling"] for facts in issued]:
        raise NotSound(f"{form.RULINGS} does not hold the rulings that the journal tells of.")
    for ruling, facts in zip(given, issued, strict=True):
        if not ruling_digest(ruling) == facts["digest"] == ruling["digest"]:
            raise NotSound(f"The ruling of instance {ruling['instance']} is not the one that was issued.")
    findings = sum(len(ruling["findings"]) for ruling in given)
    return f"Rulings: {len(given)}, with {findings} findings, word for word as they were issued."


def ruling_digest(ruling: dict[str, Any]) -> str:
    """SHA-256 over everything a ruling says (adjudication/rulings/models.py)."""
    names = ("instance", "winner", "remedy", "buyer_minor", "seller_minor", "currency", "answers", "rule", "decided_as")
    findings = [
        {name: found[name] for name in ("exhibit", "supports", "weight", "is_cited")} | {"note": digest(found["note"])}
        for found in sorted(ruling["findings"], key=lambda found: found["exhibit"])
    ]
    said = {name: ruling[name] for name in names}
    return digest({**said, "case": ruling["case_id"], "reasons": digest(ruling["reasons"]), "findings": findings})


def ledger(contents: Contents) -> str:
    """In every entry debits equal credits, and every payment that the journal tells of is entered."""
    entries = {entry["reference"]: entry for entry in contents.data[form.LEDGER]}
    for entry in entries.values():
        debits = sum(posting["debit_minor"] for posting in entry["postings"])
        credits_ = sum(posting["credit_minor"] for posting in entry["postings"])
        if not debits == credits_ == entry["total_minor"]:
            raise NotSound(f"Entry {entry['reference']} does not balance: debits {debits}, credits {credits_}.")
    own = [event["facts"] for event in (*contents.events, *contents.order_events) if "case" not in event["facts"]]
    told = {facts["entry"] for facts in own if "entry" in facts and "amount_minor" in facts}
    if missing := sorted(told - set(entries)):
        raise NotSound(f"The journal tells of a payment that is not in {form.LEDGER}: {missing[0]}.")
    return f"Ledger: {len(entries)} entries, in each of which debits equal credits."
