# shellcheck shell=bash
# Completion of `leapp` and `leapp-exec` for bash: the last part of the hook, and by itself what
# `leapp generate completions bash` prints for packages.

# The hook names its own `leapp`; without it, the one on PATH answers.
declare -F __leapp_switch >/dev/null || __leapp_bin=leapp

# Completes `leapp` and `leapp-exec`; $2 is the word as readline splits it, which is at `:`, `=` and `@`
# as well: aliases and ARNs have those. What follows `--` is a command line of its own.
function __leapp_complete {
    local words=() index=1 candidate
    __leapp_words
    while [[ ${words[index]-} == -?* && ${words[index]} != -- ]]; do
        index=$((index + 1))
    done
    if [[ ${words[0]} == *leapp-exec || ${words[index]-} == exec ]]; then
        for ((index = 1; index < COMP_CWORD; index++)); do
            [[ ${COMP_WORDS[index]} != -- ]] || break
        done
        if ((index < COMP_CWORD)); then
            __leapp_complete_command "$((index + 1))" "$2"
            return
        fi
    fi
    local word=${words[${#words[@]} - 1]}
    while IFS=$'\t' read -r candidate _; do
        # readline puts it into the line as it is: a label or the name of a file is not to be code there.
        printf -v candidate %q "${candidate#"${word%"$2"}"}"
        COMPREPLY+=("${candidate}")
    done < <("${__leapp_bin}" complete -- "${words[@]}" 2>/dev/null || :)
    [[ ${COMPREPLY[*]-} != *[/=] ]] || compopt -o nospace
}

# The words of the line up to the cursor, as the shell would pass them: what readline has split at `:`, `=`
# and `@` is put together again, and loses its quotes.
function __leapp_words {
    local rest=${COMP_LINE:0:COMP_POINT} word
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -eq 0 || ${rest} == [[:space:]]* ]]; then
            words+=('')
        fi
        rest=${rest#"${rest%%[![:space:]]*}"}
        word=${rest:0:${#word}}
        rest=${rest:${#word}}
        words[${#words[@]} - 1]+=${word//[\"\'\\]/}
    done
}

# The command line that begins at word $1 is completed as if it stood alone, where bash-completion is
# loaded; without it, the name of the command, then files.
function __leapp_complete_command {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        while IFS= read -r candidate; do
            COMPREPLY+=("${candidate}")
        done < <(compgen -A command -- "$2" || :)
    else
        compopt -o default
    fi
}

complete -F __leapp_complete leapp leapp-exec
