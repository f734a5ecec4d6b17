#!/bin/sh
# A resource of the tests' own assembly: PeContentReaderTests looks for it.
exit 0
