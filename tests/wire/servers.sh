#!/usr/bin/env bash
# Runs a command while DynamoDB- and AWS-speaking servers run on ports of their own:
#
#   tests/wire/servers.sh cargo test --features aws --test wire
#
# The command finds them by WIRE_DYNAMODB and WIRE_AWS (base URLs). They are installed on first need,
# in fixed versions and outside the checkout, keep everything in memory and end with the command.
set -euo pipefail

DYNOXIDE=3.2.0
MINISTACK=1.5.33
# What ministack needs for templates and signatures but does not ask for.
MINISTACK_NEEDS=(aws-sam-translator==1.115.0 cryptography==50.0.2)

tools="${XDG_CACHE_HOME:-$HOME/.cache}/image-service/tools"
dynoxide="$tools/dynoxide-$DYNOXIDE"
ministack="$tools/ministack-$MINISTACK"

if (($# == 0)); then
    echo "Which command? $0 cargo test --features aws --test wire" >&2
    exit 2
fi

# Under another name until it is complete: an installation that was cut off must not count.
if [[ ! -x $dynoxide/bin/dynoxide ]]; then
    echo "Installing dynoxide $DYNOXIDE; this takes some minutes, once" >&2
    cargo install --quiet --locked --no-default-features --features native-sqlite,http-server,cli \
        --root "$dynoxide.new" "dynoxide-rs@$DYNOXIDE"
    mv -T "$dynoxide.new" "$dynoxide"
fi
if [[ ! -f $ministack/complete ]]; then
    echo "Installing ministack $MINISTACK" >&2
    python3 -m venv --clear "$ministack"
    "$ministack/bin/pip" install --quiet --disable-pip-version-check \
        "ministack==$MINISTACK" "${MINISTACK_NEEDS[@]}"
    touch "$ministack/complete"
fi

data="$(mktemp -d)"
pids=()
stop() {
    if ((${#pids[@]})); then
        kill "${pids[@]}" 2>/dev/null || true
        wait "${pids[@]}" 2>/dev/null || true
    fi
    rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_ports() {
    python3 - "$1" <<'END'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
END
}

# Waits until a server listens, or says why it does not.
await() {
    local name=$1 port=$2 pid=$3
    for ((attempt = 0; attempt < 600; attempt++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "$name does not listen on $port:" >&2
    cat "$data/$name.log" >&2
    exit 1
}

read -r dynamodb_port aws_port <<<"$(free_ports 2)"
"$dynoxide/bin/dynoxide" serve --port "$dynamodb_port" >"$data/dynoxide.log" 2>&1 &
pids+=($!)
await dynoxide "$dynamodb_port" $!
# Everything it might leave behind goes with the folder.
env -C "$data" TMPDIR="$data" S3_DATA_DIR="$data/s3" AUTH=true IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 LOG_LEVEL=WARNING \
    BIND_HOST=127.0.0.1 GATEWAY_PORT="$aws_port" "$ministack/bin/ministack" >"$data/ministack.log" 2>&1 &
pids+=($!)
await ministack "$aws_port" $!

export WIRE_DYNAMODB="http://127.0.0.1:$dynamodb_port"
export WIRE_AWS="http://127.0.0.1:$aws_port"
"$@"
