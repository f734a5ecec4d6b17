namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>The keys of the documents in a compound file, by the storage that holds each.</summary>
internal sealed class DocumentKeys
{
    private readonly Dictionary<Ole2Entry, Rc4Key> _keys = [];

    public void Note(Ole2Entry? storage, Rc4Key key)
    {
        if (storage is not null)
            _keys[storage] = key;
    }

    public Rc4Key? Find(Ole2Entry? storage) => storage is null ? null : _keys.GetValueOrDefault(storage);
}
