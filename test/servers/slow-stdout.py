"""Passes standard input on at so many bytes a second: RATE."""
import os
import sys
import time

rate = int(sys.argv[1])
while True:
    chunk = os.read(0, max(1, rate // 50))
    if not chunk:
        break
    os.write(1, chunk)
    time.sleep(len(chunk) / rate)
