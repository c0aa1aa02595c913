"""Weights: known by name, checked by digest, fetched in pieces from a server that behaves badly."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.command_line import cinecut, process, start
from tests.file_server import Orders, serving

from cinecore.errors import BusyError, Cancelled, InputError, OutputError, RemoteError
from cinecore.files import folder_lock
from cinecore.language.weights import (
    PART_SUFFIX,
    RECORD_FILENAME,
    Weights,
    known_weights,
    look,
    verify,
    weights_meant,
    weights_named,
)
from cinecore.language.weights_download import LOCK_NAME, Listeners, fetch
from cinecore.vision.clip_files import find_clip

DATA = b"GGUF" + bytes(range(256)) * 12_000
"""3 MB: several chunks."""
NO_WAIT = (0.0, 0.0, 0.0)


def weights(address: str, data: bytes = DATA) -> Weights:
    return Weights("tiny", "model", "weights.gguf", hashlib.sha256(data).hexdigest(), address)


def part_in(folder: Path) -> Path:
    return folder / f"weights.gguf{PART_SUFFIX}"


def test_fetched_weights_are_whole_checked_and_leave_nothing_else(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with serving(Orders(DATA)) as address:
        path = fetch(
            weights(address), tmp_path / "models", listeners=Listeners(lambda *count: told.append(count))
        )
    assert path.read_bytes() == DATA
    assert {file.name for file in path.parent.iterdir()} == {path.name, RECORD_FILENAME, LOCK_NAME}
    assert told[0] == (0, len(DATA))
    assert (len(DATA), len(DATA)) in told
    assert look(weights(address), path.parent).state == "ok"


def test_a_download_that_breaks_goes_on_where_it_broke(tmp_path: Path) -> None:
    orders = Orders(DATA, drops_after=[1_500_000, 700_000])
    with serving(orders) as address:
        path = fetch(weights(address), tmp_path, waits_s=NO_WAIT)
    assert path.read_bytes() == DATA
    assert orders.asked[0] == ""
    begins = [int(asked.removeprefix("bytes=")[:-1]) for asked in orders.asked[1:]]
    assert len(begins) == 2
    assert 0 < begins[0] < begins[1] <= 2_200_000


def test_a_later_run_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    part_in(tmp_path).write_bytes(DATA[:2_000_000])
    orders = Orders(DATA)
    with serving(orders) as address:
        assert look(weights(address), tmp_path).state == "partial"
        assert fetch(weights(address), tmp_path).read_bytes() == DATA
    assert orders.asked == ["bytes=2000000-"]


def test_a_part_that_was_whole_is_only_checked(tmp_path: Path) -> None:
    part_in(tmp_path).write_bytes(DATA)
    orders = Orders(DATA)
    with serving(orders) as address:
        assert fetch(weights(address), tmp_path).read_bytes() == DATA
    assert orders.asked == [f"bytes={len(DATA)}-"]


@pytest.mark.parametrize("left", [b"another file" * 1000, DATA + b"too much"])
def test_what_a_damaged_part_spoilt_is_fetched_anew(left: bytes, tmp_path: Path) -> None:
    part_in(tmp_path).write_bytes(left)
    with serving(Orders(DATA)) as address:
        assert fetch(weights(address), tmp_path, waits_s=NO_WAIT).read_bytes() == DATA


def test_a_server_without_ranges_sends_all_of_it_again(tmp_path: Path) -> None:
    orders = Orders(DATA, knows_ranges=False, drops_after=[1_000_000])
    with serving(orders) as address:
        assert fetch(weights(address), tmp_path, waits_s=NO_WAIT).read_bytes() == DATA
    assert len(orders.asked) == 2


def test_another_file_under_the_address_is_refused_and_not_kept(tmp_path: Path) -> None:
    with serving(Orders(DATA[:-1] + b"!")) as address, pytest.raises(RemoteError, match="digest") as caught:
        fetch(weights(address), tmp_path)
    assert caught.value.exit_status == 75
    assert not part_in(tmp_path).exists()
    assert not (tmp_path / "weights.gguf").exists()


@pytest.mark.parametrize("status", [403, 404])
def test_an_address_without_the_file_is_said_with_what_to_do_by_hand(status: int, tmp_path: Path) -> None:
    with serving(Orders(DATA, answers=[status])) as address, pytest.raises(RemoteError) as caught:
        fetch(weights(address), tmp_path, waits_s=NO_WAIT)
    assert str(status) in str(caught.value)
    assert "By hand" in caught.value.advice


def test_a_busy_server_is_asked_again_and_not_for_ever(tmp_path: Path) -> None:
    orders = Orders(DATA, answers=[503, 429])
    with serving(orders) as address:
        assert fetch(weights(address), tmp_path, waits_s=NO_WAIT).read_bytes() == DATA
    orders = Orders(DATA, answers=[503] * 50)
    with serving(orders) as address, pytest.raises(RemoteError, match="503"):
        fetch(weights(address), tmp_path / "other", waits_s=NO_WAIT)
    assert len(orders.asked) == len(NO_WAIT) + 1


def test_without_a_network_it_ends_at_once_in_plain_words(tmp_path: Path) -> None:
    with serving(Orders(DATA)) as address:
        pass  # nobody listens there any more
    said: list[str] = []
    with pytest.raises(RemoteError) as caught:
        fetch(weights(address), tmp_path, listeners=Listeners(say=said.append))
    assert "no network, or nobody there" in str(caught.value)
    assert str(tmp_path) in caught.value.advice
    assert said == []


def test_a_file_larger_than_the_disk_is_refused_before_its_first_byte(tmp_path: Path) -> None:
    with serving(Orders(DATA, claims_bytes=10**16)) as address, pytest.raises(OutputError) as caught:
        fetch(weights(address), tmp_path, waits_s=NO_WAIT)
    assert "no room" in str(caught.value)
    assert not part_in(tmp_path).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_meanwhile_is_one_message(tmp_path: Path) -> None:
    part_in(tmp_path).symlink_to("/dev/full")
    with serving(Orders(DATA)) as address, pytest.raises(OutputError, match="disk is full"):
        fetch(weights(address), tmp_path, waits_s=NO_WAIT)


def test_another_file_of_that_name_is_never_replaced_unasked(tmp_path: Path) -> None:
    mine = tmp_path / "weights.gguf"
    mine.write_bytes(b"GGUF mine")
    orders = Orders(DATA)
    with serving(orders) as address:
        with pytest.raises(InputError, match="another") as caught:
            fetch(weights(address), tmp_path)
        assert "--overwrite" in caught.value.advice
        assert mine.read_bytes() == b"GGUF mine"
        assert orders.asked == []
        assert fetch(weights(address), tmp_path, may_replace=True).read_bytes() == DATA


def test_two_downloads_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    with (
        serving(Orders(DATA)) as address,
        folder_lock(tmp_path, name=LOCK_NAME),
        pytest.raises(BusyError, match="downloads into this folder"),
    ):
        fetch(weights(address), tmp_path)


def test_a_stop_in_the_middle_keeps_what_came(tmp_path: Path) -> None:
    come = threading.Event()
    orders = Orders(DATA, gate=threading.Event())
    heard = Listeners(count=lambda done, _: come.set() if done else None, cancelled=come.is_set)
    with serving(orders) as address:
        with pytest.raises(Cancelled):
            fetch(weights(address), tmp_path, listeners=heard)
        assert 0 < part_in(tmp_path).stat().st_size < len(DATA)
        orders.gate.set()
        assert fetch(weights(address), tmp_path).read_bytes() == DATA
    assert orders.asked[1].startswith("bytes=")


def test_a_password_in_the_home_folder_goes_to_nobody(tmp_path: Path) -> None:
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    (Path.home() / ".netrc").chmod(0o600)
    orders = Orders(DATA)
    with serving(orders) as address:
        fetch(weights(address), tmp_path)
    assert orders.credentials == [""]


def test_a_digest_is_computed_once_and_again_when_the_file_changes(tmp_path: Path) -> None:
    wanted = weights("http://127.0.0.1:9/none")
    path = tmp_path / "weights.gguf"
    path.write_bytes(DATA)
    assert look(wanted, tmp_path).state == "unchecked"
    assert verify(wanted, tmp_path).state == "ok"
    assert look(wanted, tmp_path).state == "ok"
    path.write_bytes(DATA[:-4] + b"oops")
    os.utime(path, ns=(1, 1))
    assert look(wanted, tmp_path).state == "unchecked"
    assert verify(wanted, tmp_path).state == "wrong"
    assert look(wanted, tmp_path).state == "wrong"


@pytest.mark.parametrize("record", [b"{", b"[]", b'{"weights.gguf": 3}', b"\xff"])
def test_a_damaged_record_only_costs_another_look(record: bytes, tmp_path: Path) -> None:
    (tmp_path / RECORD_FILENAME).write_bytes(record)
    (tmp_path / "weights.gguf").write_bytes(DATA)
    wanted = weights("http://127.0.0.1:9/none")
    assert look(wanted, tmp_path).state == "unchecked"
    assert verify(wanted, tmp_path).state == "ok"


def test_a_file_that_is_no_gguf_is_known_without_its_digest(tmp_path: Path) -> None:
    (tmp_path / "weights.gguf").write_bytes(b"<html>404</html>")
    found = verify(weights("http://127.0.0.1:9/none"), tmp_path)
    assert (found.state, found.detail) == ("wrong", "it is no GGUF file")


def test_the_shipped_list_names_a_model_its_eyes_and_a_clip_over_safe_connections() -> None:
    known = known_weights()
    assert {one.role for one in known} == {"model", "mmproj", "clip"}
    assert {one.file for one in weights_meant([], known)} == {"ggml-model-q4_k.gguf", "mmproj-model-f16.gguf"}
    assert all(one.address.startswith("https://") for one in known)


def test_a_clip_is_fetched_only_by_its_name_and_then_whole_where_the_eyes_find_it(tmp_path: Path) -> None:
    known = known_weights()
    parts = weights_meant(["clip"], known)
    assert [one.role for one in parts] == ["clip"] * 3
    assert not {"clip"} & {one.role for one in weights_meant([], known)}
    assert weights_meant([parts[0].name, "clip"], known) == parts, "nothing is fetched twice"
    for part in parts:
        (tmp_path / part.file).write_bytes(b"")
    found = find_clip(None, tmp_path)
    assert found is not None
    assert {found.picture.name, found.text.name, found.tokenizer.name} == {part.file for part in parts}
    assert "vision" in found.picture.name
    assert found.name == "clip-vit-base-patch32"


def own_list(folder: Path, **changed: str) -> Path:
    fields = {
        "name": "tiny",
        "role": "model",
        "file": "weights.gguf",
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "address": "https://host/x",
    } | changed
    path = folder / "list.toml"
    path.write_text(
        "[[weights]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items()),
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sha256": "abc"}, "64 hex"),
        ({"file": "../up.gguf"}, "plain name"),
        ({"file": ".hidden"}, "plain name"),
        ({"address": "file:///etc/passwd"}, "https"),
        ({"address": "https://me:secret@host/x"}, "no key"),
        ({"role": "hero"}, "role"),
        ({"name": ""}, "lacks name"),
    ],
)
def test_a_wrong_entry_of_an_own_list_is_named(changed: dict[str, str], said: str, tmp_path: Path) -> None:
    path = own_list(tmp_path, **changed)
    with pytest.raises(InputError, match=said) as caught:
        known_weights(path)
    assert "Entry 1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_own_entry_outranks_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    path = own_list(tmp_path, address="https://mirror/x", name="llava-1.5-7b")
    known = known_weights(path)
    assert weights_named("llava-1.5-7b", known).address == "https://mirror/x"
    assert len(known) == len(known_weights())


def test_the_command_fetches_checks_and_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINECUT_MODELS_DIR", str(tmp_path / "models"))
    with serving(Orders(DATA)) as address:
        monkeypatch.setenv("CINECUT_MODELS_LIST", str(own_list(tmp_path, address=address)))
        before = json.loads(cinecut("models", "list", "tiny", "--json").stdout)
        assert [one["state"] for one in before["models"]] == ["missing"]
        assert cinecut("models", "verify", "tiny").exit_code == 69
        fetched = cinecut("models", "get", "tiny", "--json")
    assert fetched.exit_code == 0
    assert json.loads(fetched.stdout)["models"][0]["state"] == "ok"
    assert cinecut("models", "verify", "tiny").exit_code == 0
    (tmp_path / "models/weights.gguf").write_bytes(b"GGUF other")
    wrong = cinecut("models", "verify", "weights.gguf", "--json")
    assert wrong.exit_code == 65
    assert json.loads(wrong.stdout)["models"][0]["detail"] == "its digest is another"
    assert "another file" in cinecut("models").stdout


def test_a_word_that_the_command_does_not_know_is_named() -> None:
    result = cinecut("models", "fetch")
    assert result.exit_code == 2
    assert "list, verify, get" in result.stderr
    result = cinecut("models", "get", "gpt")
    assert result.exit_code == 65
    assert "llava-1.5-7b" in result.stderr


def test_ctrl_c_leaves_a_part_that_the_next_command_goes_on_with(tmp_path: Path) -> None:
    orders = Orders(DATA, gate=threading.Event())
    models = tmp_path / "models"
    with serving(orders) as address:
        named = {
            "CINECUT_MODELS_DIR": str(models),
            "CINECUT_MODELS_LIST": str(own_list(tmp_path, address=address)),
        }
        running = start(tmp_path, "models", "get", "tiny", **named)
        while not part_in(models).exists() or not part_in(models).stat().st_size:
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
        assert running.returncode == 130
        assert "Finished work is kept" in errors
        assert orders.gate is not None
        orders.gate.set()
        ended = process(tmp_path, "models", "get", "tiny", "--json", **named)
    assert ended.status == 0
    assert orders.asked[1].startswith("bytes=")
    assert (models / "weights.gguf").read_bytes() == DATA
