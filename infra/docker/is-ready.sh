#!/bin/bash
# Whether the node on this machine can serve. Bash alone: the image has no curl, and a Node of its own every few seconds
# would cost more than an idle node does.
exec 3<>/dev/tcp/127.0.0.1/3000 || exit 1
printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
