#!/bin/bash
# Runs `sqoop` with the source's user and password, which only this step ever sees.
# usage: sqoop_with_secret.sh SECRET_ARN TOOL ARGUMENT...
# The password goes from Secrets Manager (instance role) into a file that only this user can read and that is
# gone when the step ends; it never is an argument, an environment variable or a line of a log.
set -euo pipefail
secret_arn=$1
shift
IFS=: read -r _ _ _ region _ <<<"$secret_arn"

umask 077
secret_directory=$(mktemp -d)
trap 'rm -rf "$secret_directory"' EXIT
aws secretsmanager get-secret-value --region "$region" --secret-id "$secret_arn" --query SecretString --output text \
    >"$secret_directory/secret.json"
# Sqoop takes the whole file as the password, so there is no newline at its end.
username=$(python3 -S -E -c '
import json, os, sys
folder = sys.argv[1]
with open(os.path.join(folder, "secret.json"), encoding="utf-8") as file:
    secret = json.load(file)
with open(os.path.join(folder, "password"), "w", encoding="utf-8") as file:
    file.write(secret["password"])
print(secret["username"])
' "$secret_directory")
chmod 0400 "$secret_directory/password"
rm "$secret_directory/secret.json"

tool=$1
shift
sqoop "$tool" "$@" --username "$username" --password-file "file://$secret_directory/password"
