#!/bin/bash
# Runs `sqoop` with the source's user and password, which only this step ever sees.
# usage: sqoop_with_secret.sh SECRET_ARN [--copy HDFS_DIRECTORY S3_FOLDER/] TOOL ARGUMENT...
# With --copy the Avro files of the directory are put into the folder once sqoop has succeeded.
# The password goes from Secrets Manager (instance role) through a pipe into a file that only this user can read and
# that is gone when the step ends; it never is an argument, an environment variable or a line of a log.
set -euo pipefail
secret_arn=$1
shift
copy_from='' copy_to=''
if [[ $1 == --copy ]]; then
    copy_from=$2 copy_to=$3
    shift 3
fi
tool=$1
shift
region=${secret_arn#arn:*:*:}
region=${region%%:*}

password_file=$(mktemp)
trap 'rm -f "$password_file"' EXIT
# Sqoop takes the whole file as the password, so there is no newline at its end.
username=$(
    aws secretsmanager get-secret-value --region "$region" --secret-id "$secret_arn" --query SecretString --output text |
        python3 -I -S -c '
import json, os, sys
text = sys.stdin.read()
if not text:
    sys.exit(0)  # aws has failed and said why: its exit code is the one that counts
secret = json.loads(text)
with open(sys.argv[1], "w", encoding="utf-8") as file:
    os.fchmod(file.fileno(), 0o400)
    file.write(secret["password"])
print(secret["username"])
' "$password_file"
)

sqoop "$tool" "$@" --username "$username" --password-file "file://$password_file"

if [[ $copy_from ]]; then
    landed=$(mktemp -d)
    trap 'rm -rf "$password_file" "$landed"' EXIT
    hadoop fs -get "$copy_from" "$landed/files"
    for file in "$landed"/files/*.avro; do
        aws s3 cp --only-show-errors "$file" "$copy_to"
    done
fi
