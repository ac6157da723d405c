<?php

/** What the test wants of this instance now. */
function settings(): array
{
    return json_decode(file_get_contents(getenv('IDP_FOLDER') . '/settings.json'), true);
}
