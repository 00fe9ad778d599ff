"""A new release comes by itself to pages that are open."""

import asyncio
from threading import Event, Thread

from gateway.analysts import live
from gateway.analysts.live import Readers
from processors.statistics.datasets import MIGRATION
from processors.statistics.publishing.shelf import Released
from tests.unit.gateway.released import MOVES, put, shelf


def test_a_new_release_is_told_once_to_who_reads_and_behind_what_she_had() -> None:
    its = shelf()
    readers = Readers()

    async def _read() -> list[str]:
        since = [each for each in its.told if each.number > 3]
        stream = live.news(readers, lambda after: [each for each in since if each.number > after], _shown, 4)
        first = await anext(stream)
        since.append(put(its, 6, MIGRATION, ("2026-05", 1), MOVES))
        readers.wake()
        second = await anext(stream)
        await stream.aclose()
        return [str(first.id), str(second.id), str(second.data)]

    assert ["5", "6", "migration"] == asyncio.run(_read())
    assert 0 == len(readers)


def _shown(release: Released) -> str:
    return release.dataset


def test_whoever_reads_is_woken_when_there_is_a_release_more() -> None:
    its, readers, ended = shelf(), Readers(), Event()

    async def _woken() -> bool:
        woken = readers.open()
        assert woken
        watching = Thread(target=live.watch, args=(its, readers, ended.is_set))
        watching.start()
        await asyncio.wait_for(woken.wait(), 60)
        ended.set()
        await asyncio.to_thread(watching.join)
        return True

    assert asyncio.run(_woken())
