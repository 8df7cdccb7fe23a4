# One image for web, worker and beat; docker-compose.yml gives each its command.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /tmp/requirements.txt
RUN pip install -r /tmp/requirements.txt
COPY . /app
WORKDIR /app
# The folder must exist beforehand: it tells the settings to compress what they collect.
RUN mkdir staticfiles \
    && STATE_DIR=/tmp/build SECRET_KEY=only-to-collect-files PEPPER=only-to-collect-files \
       python manage.py collectstatic --no-input \
    && python -m compileall -q /app

FROM python:3.11-slim
# What PDF files are drawn with.
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin voc \
    && install -d -o voc -g voc -m 700 /var/lib/voc
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATE_DIR=/var/lib/voc
WORKDIR /app
USER voc
VOLUME /var/lib/voc
EXPOSE 8000
# Ready, not only alive: database, migrations, sweeps and disk. A worker's or beat's check stands in docker-compose.yml.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-m", "vocplatform.supervisor.probe", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "vocplatform.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", \
     "--worker-class=gthread", "--no-control-socket", "--preload", "--max-requests=2000", \
     "--max-requests-jitter=200", "--graceful-timeout=10"]
