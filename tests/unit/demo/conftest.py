"""Counterparts behind real sockets."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from hub.demo.book import Book
from hub.demo.diary import Diary
from hub.demo.door import open_door


class Line:
    """Talks to a counterpart."""

    def __init__(self, port, headers):
        self.url = f"http://127.0.0.1:{port}"
        self.headers = headers

    def ask(self, path, value=None, **headers):
        """Status and answer; a value is posted."""
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(self.url + path, body, {**self.headers, **headers})
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path / "book.sqlite")
    yield made
    made.close()


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path, "counterpart")


@pytest.fixture
def connect():
    """Open a door for a desk; every door is closed at the end."""
    doors = []

    def opened(desk, **headers):
        door = open_door(0, desk)
        doors.append(door)
        threading.Thread(target=door.serve_forever, args=(0.01,), daemon=True).start()
        return Line(door.server_address[1], headers)

    yield opened
    for door in doors:
        door.shutdown()
        door.server_close()
