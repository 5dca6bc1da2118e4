#!/bin/sh
# Starts one process of the portal: web | worker | beat | migrate | any manage.py command.
# NAME_FILE=/run/secrets/name gives the variable NAME the content of that file.
set -eu

for assignment in $(env | grep -E '^[A-Z0-9_]+_FILE=' | cut -d= -f1); do
    name="${assignment%_FILE}"
    eval "path=\${$assignment}"
    if [ -r "$path" ]; then
        export "$name=$(cat "$path")"
    fi
done

case "${1:-web}" in
web)
    exec gunicorn portal.wsgi:application --bind 0.0.0.0:8000 --workers "${WEB_WORKERS:-2}" \
        --worker-class gthread --threads 4 --worker-tmp-dir /dev/shm --max-requests 5000 \
        --max-requests-jitter 500 --access-logfile - --no-control-socket
    ;;
worker)
    exec celery -A portal worker --concurrency "${WORKER_CONCURRENCY:-2}" --loglevel INFO \
        --hostname "worker@%h" --max-tasks-per-child 500
    ;;
beat)
    # Its schedule lives in the settings; the file only remembers the last runs.
    exec celery -A portal beat --loglevel INFO --schedule /tmp/beat --pidfile ""
    ;;
migrate)
    exec python manage.py migrate --no-input
    ;;
*)
    exec python manage.py "$@"
    ;;
esac
