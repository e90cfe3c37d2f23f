#!/usr/bin/env bash
# Succeeds if the service of this container is ready. Needs no program but bash.
set -euo pipefail
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'GET /q/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 line <&3
[[ $line == *' 200 '* ]]
