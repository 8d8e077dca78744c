#!/bin/sh
# Compares a running server with nginx serving the same bytes from disk, in one run and in turns.
#
#   bench/http.sh http://127.0.0.1:8080 /en/ /en/commitments.json
#   bench/http.sh --page-server build/release/http_bench_server
#
# SECONDS_EACH (3) is the length of a measurement, ROUNDS (3) how often each is made, CONNECTIONS ("1 16 256")
# how many clients ask at once. Prints the median of the rounds: requests a second, p50 and p99 of the time to
# an answer, and our rate over that of nginx. Needs wrk, nginx and curl.
set -eu
seconds=${SECONDS_EACH:-3} rounds=${ROUNDS:-3} connections=${CONNECTIONS:-1 16 256}

[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
dir=$(mktemp -d)
page_server=
cleanup() {
    [ ! -s "$dir/nginx.pid" ] || kill "$(cat "$dir/nginx.pid")"
    [ -z "$page_server" ] || kill "$page_server"
    rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [ "$1" = --page-server ]; then
    "$2" >"$dir/address" &
    page_server=$!
    while [ ! -s "$dir/address" ]; do sleep 0.1; done
    set -- "$(cat "$dir/address")" /page
fi
ours=$1
shift

# Each page is fetched once into a file that nginx serves under a plain name, with the same type.
mkdir "$dir/root"
locations=
number=0
for path in "$@"; do
    number=$((number + 1))
    type=$(curl -fsS -o "$dir/root/$number" -w '%{content_type}' "$ours$path")
    locations="$locations location = /$number { default_type \"$type\"; }"
done
port=${NGINX_PORT:-18999}
cat >"$dir/nginx.conf" <<CONF
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    gzip off;
    keepalive_timeout 60s;
    keepalive_requests 1000000000;
    client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
    server { listen 127.0.0.1:$port; root $dir/root; $locations }
}
CONF
# Its workers drop to another user, who must be able to read the pages.
chmod 755 "$dir"
PATH=$PATH:/usr/sbin nginx -c "$dir/nginx.conf" -e "$dir/error.log"
while ! curl -fsS -o /dev/null "http://127.0.0.1:$port/1"; do sleep 0.1; done

# Prints "rate p50 p99", times in milliseconds; fails if any answer was an error.
measure() {
    threads=2
    [ "$2" -ge 2 ] || threads=1
    wrk -t$threads -c"$2" -d"${seconds}s" --latency "$1" >"$dir/wrk"
    if grep -q 'Non-2xx' "$dir/wrk"; then
        cat "$dir/wrk" >&2
        exit 1
    fi
    awk 'function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
         $1 == "50%" { p50 = ms($2) }  $1 == "99%" { p99 = ms($2) }  $1 == "Requests/sec:" { rate = $2 }
         END { printf "%d %.3f %.3f\n", rate, p50, p99 }' "$dir/wrk"
}
median() { sort -n "$1" | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'; }

printf '%-32s %5s | %9s %8s %8s | %9s %8s %8s | %s\n' path conns ours/s 'p50 ms' 'p99 ms' nginx/s 'p50 ms' \
    'p99 ms' ratio
number=0
for path in "$@"; do
    number=$((number + 1))
    for count in $connections; do
        : >"$dir/ours"
        : >"$dir/nginx"
        round=0
        while [ $round -lt "$rounds" ]; do
            measure "$ours$path" "$count" >>"$dir/ours"
            measure "http://127.0.0.1:$port/$number" "$count" >>"$dir/nginx"
            round=$((round + 1))
        done
        echo "$(median "$dir/ours") $(median "$dir/nginx")" | awk -v path="$path" -v count="$count" '{
            printf "%-32s %5d | %9d %8.3f %8.3f | %9d %8.3f %8.3f | %.2f\n",
                path, count, $1, $2, $3, $4, $5, $6, $1 / $4 }'
    done
done
