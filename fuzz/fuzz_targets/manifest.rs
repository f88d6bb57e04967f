//! Any `manifest.json` of a checkpoint: it is read or refused, and names no file outside of its folder.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let Ok(manifest) = primer::checkpoint::check::read(file) else { return };
    assert!(manifest.step <= manifest.settings.steps);
    assert!(manifest.shares > 0 && manifest.shares <= manifest.settings.batch);
    for name in manifest.files.keys() {
        assert_eq!(std::path::Path::new(name).components().count(), 1, "{name}");
    }
});
