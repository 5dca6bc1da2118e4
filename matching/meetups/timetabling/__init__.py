"""Meetup timetables: pure functions over dataclasses, without Django. `matching.meetups.engine` is the way in."""
